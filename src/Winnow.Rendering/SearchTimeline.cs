using System.Text;
using Spectre.Console;
using Winnow.Search;

namespace Winnow.Rendering;

/// <summary>
/// Shows a search while it happens: for each step one line a row, with its weight and what it wrote, and after each resampling who lives on.
/// </summary>
/// <remarks>
/// Safe to report to from several threads. What a model wrote is shown on one line, cut, without control characters. A step
/// that is scored next is shown once, with its scores.
/// </remarks>
/// <param name="console">Where to; colours only if it supports them.</param>
public sealed class SearchTimeline(IAnsiConsole console) : IProgress<SearchEvent>
{
    private const int BarLength = 8, MostRowsShown = 12;

    private readonly Lock _gate = new();
    private IReadOnlyList<PartialAnswer> _before = [];
    private SearchEvent? _waiting;

    /// <inheritdoc />
    public void Report(SearchEvent value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_gate)
        {
            bool scoresTheWaiting = value.Kind == "scored" && _waiting is { } waiting && waiting.Rows.Count == value.Rows.Count;
            if (!scoresTheWaiting)
            {
                ShowWaiting();
            }
            _waiting = null;
            if (value.Kind is "stepped" or "drawn")
            {
                _waiting = value;
            }
            else if (value.Kind != "finished")
            {
                Show(value);
            }
        }
    }

    /// <summary>Shows what is left to show, the votes for each answer, and why one won.</summary>
    /// <param name="result">What the search found.</param>
    public void Write(SearchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        lock (_gate)
        {
            ShowWaiting();
            _waiting = null;
            Result(console, result);
        }
    }

    private void ShowWaiting()
    {
        if (_waiting is { } waiting)
        {
            Show(waiting);
        }
    }

    private void Show(SearchEvent e)
    {
        console.Write(new Paragraph(Headline(e) + "\n", Style.Parse("bold")));
        if (e.Parents.Count > 0)
        {
            Ancestry(console, e, _before.Count);
        }
        else
        {
            int shown = Math.Min(e.Rows.Count, MostRowsShown);
            for (int i = 0; i < shown; i++)
            {
                Line(console, e, i, i < _before.Count ? _before[i] : PartialAnswer.Empty);
            }
            if (e.Rows.Count > shown)
            {
                console.WriteLine($"  … and {Figures.Count(e.Rows.Count - shown)} rows more");
            }
        }

        _before = e.Rows;
    }

    private static string Headline(SearchEvent e)
    {
        string rows = e.Rows.Count == 1 ? "1 row" : $"{Figures.Count(e.Rows.Count)} rows";
        return e.Kind switch
        {
            "resampled" => $"step {e.Iteration}: resampled, {Figures.Count(e.Parents.Distinct().Count())} of {Figures.Count(e.Parents.Count)} rows live on",
            "kept" => $"step {e.Iteration}: the best {Figures.Count(e.Parents.Distinct().Count())} kept",
            _ => $"step {e.Iteration}: {SafeText.OneLine(e.Kind)}, {rows}",
        };
    }

    // After copying it matters who lives on and how often, not what they wrote.
    private static void Ancestry(IAnsiConsole console, SearchEvent e, int rowsBefore)
    {
        StringBuilder text = new("  ");
        int known = Math.Max(rowsBefore, e.Parents.Max() + 1);
        Dictionary<int, int> copies = e.Parents.CountBy(p => p).ToDictionary();
        for (int parent = 0; parent < known; parent++)
        {
            int count = copies.GetValueOrDefault(parent);
            // Of many rows only those that live on; the headline says how many there were.
            if (count == 0 && known > MostRowsShown)
            {
                continue;
            }
            text.Append('#').Append(parent).Append(count switch { 0 => " †", 1 => " ─", _ => $" ×{count}" }).Append("  ");
        }

        console.Write(new Paragraph(text.ToString().TrimEnd() + "\n", Style.Parse("dim")));
    }

    private static void Line(IAnsiConsole console, SearchEvent e, int row, PartialAnswer before)
    {
        PartialAnswer answer = e.Rows[row];
        double? weight = row < e.Weights.Count ? e.Weights[row] : null;
        string added = Added(answer, before);
        string head = $"  {"#" + row,-4} {State(answer)} {(weight is { } w ? Weight(w) + " " : "")}";
        string tail = answer.Reason is null ? SafeText.OneLine(added) : $"{SafeText.OneLine(added)}  [{SafeText.OneLine(answer.Reason)}]";
        int room = Math.Max(10, console.Profile.Width - head.Length - 1);
        // A whole answer is known by its end, a step by its beginning.
        if (tail.Length > room)
        {
            tail = answer.State == RowState.Finished ? string.Concat("…", tail.AsSpan(tail.Length - room + 1)) : string.Concat(tail.AsSpan(0, room - 1), "…");
        }
        Style style = answer.State switch
        {
            RowState.Finished => Style.Parse("green"),
            RowState.Cut or RowState.Failed => Style.Parse("red"),
            _ => Style.Plain,
        };
        console.Write(new Paragraph(head, style).Append(tail + "\n"));
    }

    // What a row wrote since it was shown last; a row that no longer moves is shown by its last step.
    private static string Added(PartialAnswer answer, PartialAnswer before)
    {
        if (answer.Text.Length > before.Text.Length && answer.Text.StartsWith(before.Text, StringComparison.Ordinal))
        {
            return answer.Text[before.Text.Length..];
        }
        int from = answer.Steps < 2 ? 0 : Math.Clamp(answer.StepEnds[^2], 0, answer.Text.Length);
        return answer.Text[from..];
    }

    private static char State(PartialAnswer answer) => answer.State switch
    {
        RowState.Active => '·',
        RowState.Finished => '●',
        RowState.Cut => '✂',
        _ => '✗',
    };

    // Weights and probabilities get a bar; other scores, log-probabilities for example, are numbers only.
    private static string Weight(double weight)
    {
        if (weight is not (>= 0 and <= 1))
        {
            return $"{Figures.Number(weight, 2),BarLength + 5}";
        }
        int full = (int)Math.Round(BarLength * weight);
        return $"{new string('█', full)}{new string('░', BarLength - full)} {Figures.Number(weight, 2)}";
    }

    private static void Result(IAnsiConsole console, SearchResult result)
    {
        console.WriteLine();
        double total = result.Candidates.Sum(c => c.Weight);
        var groups = result.Candidates.Where(c => c.Key is not null).GroupBy(c => c.Key!, StringComparer.Ordinal)
            .OrderByDescending(g => string.Equals(g.Key, result.Answer, StringComparison.Ordinal)).ThenByDescending(g => g.Sum(c => c.Weight)).ToList();
        foreach (var group in groups.Take(MostRowsShown))
        {
            bool won = string.Equals(group.Key, result.Answer, StringComparison.Ordinal);
            int count = group.Count();
            string share = total > 0 ? Weight(group.Sum(c => c.Weight) / total) + "  " : "";
            string key = SafeText.OneLine(group.Key);
            if (key.Length > 30)
            {
                key = string.Concat(key.AsSpan(0, 29), "…");
            }
            console.Write(new Paragraph($"{(won ? "▶" : " ")} {share}{key}  ({Figures.Count(count)} {(count == 1 ? "candidate" : "candidates")})\n", won ? Style.Parse("bold green") : Style.Plain));
        }

        int silent = result.Candidates.Count(c => c.Key is null);
        if (silent > 0)
        {
            console.Write(new Paragraph($"  {Figures.Count(silent)} without an answer: cut, failed or not recognised\n", Style.Parse("dim")));
        }
        console.WriteLine();
        if (result.Selected >= 0 && result.Selected < result.Candidates.Count)
        {
            console.Write(new Paragraph(SafeText.Plain(result.Candidates[result.Selected].Answer.Text.Trim()) + "\n"));
        }
        console.Write(new Paragraph($"answer: {(result.Answer is null ? "none" : SafeText.OneLine(result.Answer))}\n", Style.Parse("bold")));
        console.Write(new Paragraph($"{SafeText.Plain(result.Why)} {Figures.Count(result.Usage.Tokens)} tokens, {Figures.Count(result.Usage.Calls)} draws.\n", Style.Parse("dim")));
    }
}
