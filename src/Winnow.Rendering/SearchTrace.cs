using System.Text;
using Spectre.Console;
using Winnow.Search;

namespace Winnow.Rendering;

/// <summary>
/// Keeps what happens in a search and shows it as a timeline: one line a row and step, with its parent, its weight and what it wrote.
/// </summary>
/// <remarks>Safe to report to from several threads. What a model wrote is shown on one line, cut, without control characters.</remarks>
public sealed class SearchTrace : IProgress<SearchEvent>
{
    private const int BarLength = 8, MostRowsShown = 12;

    private readonly Lock _gate = new();
    private readonly List<SearchEvent> _events = [];
    private readonly Action<SearchEvent>? _onEvent;

    /// <summary>An empty trace.</summary>
    /// <param name="onEvent">Called with each event as it comes, for live display; null: nobody.</param>
    public SearchTrace(Action<SearchEvent>? onEvent = null) => _onEvent = onEvent;

    /// <summary>What has happened so far, oldest first.</summary>
    public IReadOnlyList<SearchEvent> Events
    {
        get
        {
            lock (_gate)
                return [.. _events];
        }
    }

    /// <inheritdoc />
    public void Report(SearchEvent value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_gate)
        {
            _events.Add(value);
            _onEvent?.Invoke(value);
        }
    }

    /// <summary>Writes the timeline and, below it, the candidates with the one that won and why.</summary>
    /// <param name="console">Where to; colours only if it supports them.</param>
    /// <param name="result">What the search found.</param>
    public void Write(IAnsiConsole console, SearchResult result)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(result);
        IReadOnlyList<PartialAnswer> before = [];
        foreach (SearchEvent e in Events)
        {
            WriteEvent(console, e, before);
            before = e.Rows;
        }

        WriteResult(console, result);
    }

    /// <summary>The same as plain text of 80 columns.</summary>
    /// <param name="result">What the search found.</param>
    public string Text(SearchResult result)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        Write(PlainConsole.Over(writer), result);
        return writer.ToString();
    }

    /// <summary>Writes one event.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="e">The event.</param>
    /// <param name="before">The rows before it: what a row has added since is shown, not what it had.</param>
    public static void WriteEvent(IAnsiConsole console, SearchEvent e, IReadOnlyList<PartialAnswer> before)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(e);
        ArgumentNullException.ThrowIfNull(before);
        console.Write(new Paragraph(Headline(e) + "\n", Style.Parse("bold")));
        if (e.Parents.Count > 0)
        {
            Ancestry(console, e);
            return;
        }

        int shown = Math.Min(e.Rows.Count, MostRowsShown);
        for (int i = 0; i < shown; i++)
            Line(console, e, i, i < before.Count ? before[i].Text : "");
        if (e.Rows.Count > shown)
            console.WriteLine($"  … and {Figures.Count(e.Rows.Count - shown)} rows more");
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
    private static void Ancestry(IAnsiConsole console, SearchEvent e)
    {
        StringBuilder text = new("  ");
        int known = e.Parents.Max() + 1;
        Dictionary<int, int> copies = e.Parents.CountBy(p => p).ToDictionary();
        for (int parent = 0; parent < known; parent++)
        {
            int count = copies.GetValueOrDefault(parent);
            text.Append('#').Append(parent).Append(count switch { 0 => " †", 1 => " ─", _ => $" ×{count}" }).Append("  ");
        }

        console.Write(new Paragraph(text.ToString().TrimEnd() + "\n", Style.Parse("dim")));
    }

    private static void Line(IAnsiConsole console, SearchEvent e, int row, string before)
    {
        PartialAnswer answer = e.Rows[row];
        double? weight = row < e.Weights.Count ? e.Weights[row] : null;
        string added = answer.Text.StartsWith(before, StringComparison.Ordinal) && answer.Text.Length > before.Length ? answer.Text[before.Length..] : LastStep(answer);
        string head = $"  {"#" + row,-4} {State(answer)} {(weight is { } w ? Weight(w) + " " : "")}";
        string tail = answer.Reason is null ? SafeText.OneLine(added) : $"{SafeText.OneLine(added)}  [{SafeText.OneLine(answer.Reason)}]";
        int room = Math.Max(10, console.Profile.Width - head.Length - 1);
        if (tail.Length > room)
            tail = string.Concat(tail.AsSpan(0, room - 1), "…");
        Style style = answer.State switch
        {
            RowState.Finished => Style.Parse("green"),
            RowState.Cut or RowState.Failed => Style.Parse("red"),
            _ => Style.Plain,
        };
        console.Write(new Paragraph(head, style).Append(tail + "\n"));
    }

    private static string LastStep(PartialAnswer answer)
    {
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
            return $"{Figures.Number(weight, 2),BarLength + 5}";
        int full = (int)Math.Round(BarLength * weight);
        return $"{new string('█', full)}{new string('░', BarLength - full)} {Figures.Number(weight, 2)}";
    }

    private static void WriteResult(IAnsiConsole console, SearchResult result)
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
                key = string.Concat(key.AsSpan(0, 29), "…");
            console.Write(new Paragraph($"{(won ? "▶" : " ")} {share}{key}  ({Figures.Count(count)} {(count == 1 ? "candidate" : "candidates")})\n", won ? Style.Parse("bold green") : Style.Plain));
        }

        int silent = result.Candidates.Count(c => c.Key is null);
        if (silent > 0)
            console.Write(new Paragraph($"  {Figures.Count(silent)} without an answer: cut, failed or not recognised\n", Style.Parse("dim")));
        console.WriteLine();
        if (result.Selected >= 0 && result.Selected < result.Candidates.Count)
            console.Write(new Paragraph(SafeText.Plain(result.Candidates[result.Selected].Answer.Text.Trim()) + "\n"));
        console.Write(new Paragraph($"answer: {(result.Answer is null ? "none" : SafeText.OneLine(result.Answer))}\n", Style.Parse("bold")));
        console.Write(new Paragraph($"{SafeText.Plain(result.Why)} {Figures.Count(result.Usage.Tokens)} tokens, {Figures.Count(result.Usage.Calls)} draws.\n", Style.Parse("dim")));
    }
}
