using Winnow.Tasks.Answers;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Answer extraction against the graders of the data sets.</summary>
public sealed class AnswerExtractionRows : IConformanceRows
{
    public string Family => "judging";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["extract_gsm8k"] = row =>
        {
            string text = row.Input.Text("text")!;
            string gold = AnswerExtraction.NormaliseGsm8k(row.Input.Text("gold")!);
            string? strict = AnswerExtraction.Gsm8kStrict(text);
            string? flexible = AnswerExtraction.LastNumber(text);
            return new
            {
                strict,
                flexible,
                strict_correct = strict is not null && AnswerExtraction.NormaliseGsm8k(strict) == gold,
                flexible_correct = flexible is not null && AnswerExtraction.NormaliseGsm8k(flexible) == gold,
            };
        },
        ["extract_bbh"] = row =>
        {
            string text = row.Input.Text("text")!;
            string? found = AnswerExtraction.AfterTheAnswerIs(text);
            string whole = AnswerExtraction.WholeText(text);
            return new
            {
                answer = found ?? whole,
                status = found is null ? "missing" : "ok",
                correct = (found ?? whole) == row.Input.Text("gold"),
                direct_mode_answer = whole,
                harness_after_stops = HarnessAnswer(CutAtStops(text)),
                harness_full_text = HarnessAnswer(text),
            };
        },
        ["extract_boxed"] = row =>
        {
            string? content = AnswerExtraction.Boxed(row.Input.Text("text")!);
            return new { content, status = content is null ? "missing" : "ok" };
        },
        ["extract_choice_letter"] = row => new { letter = AnswerExtraction.ChoiceLetter(row.Input.Text("text")!) },
    };

    // The evaluation harness's own reading, which loses the last character of the line whatever it is.
    private static string? HarnessAnswer(string text)
    {
        const string phrase = "the answer is ";
        for (int start = text.IndexOf(phrase, StringComparison.Ordinal); start >= 0; start = text.IndexOf(phrase, start + 1, StringComparison.Ordinal))
        {
            string rest = text[(start + phrase.Length)..].Split('\n')[0];
            if (rest.Length > 0)
            {
                return rest[..^1].Trim();
            }
        }
        return null;
    }

    private static string CutAtStops(string text)
    {
        int end = new[] { "</s>", "Q", "\n\n" }.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(text.Length).Min();
        return text[..end];
    }
}
