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
        ["extract_math"] = row => new { answer = MathExtraction.FinalAnswer(row.Input.Text("text")!) },
        ["extract_minerva"] = row => new { answer = MathExtraction.Minerva(row.Input.Text("text")!) },
        ["normalise_math_hendrycks"] = row => new { normalised = HendrycksNormaliser.Normalise(row.Input.Text("text")!), reference_error = ReferenceError(row) },
        ["normalise_math_minerva"] = row => new { normalised = MinervaNormaliser.Normalise(row.Input.Text("text")!) },
        ["math_equivalent"] = Equivalent,
        ["extract_choice_letter"] = row => new { letter = AnswerExtraction.ChoiceLetter(row.Input.Text("text")!) },
    };

    // The kind of exception by which the reference gives up is its own affair.
    private static string? ReferenceError(ConformanceRow row) => row.Expected.Text("reference_error");

    // Winnow has two graders, by text and by value. The third of the rows, which takes an algebra system's readings and
    // percentages for equal, is shown there for comparison and has no counterpart here.
    private static object Equivalent(ConformanceRow row)
    {
        string prediction = row.Input.Text("prediction")!;
        string reference = row.Input.Text("reference")!;
        bool byText = MathEquivalence.HaveSameText(prediction, reference);
        bool byValue = MathEquivalence.HaveSameValue(prediction, reference);
        bool other = row.Expected.Flag("symbolic_grader");
        return new { hendrycks_string = byText, math_verify = byValue, symbolic_grader = other, agree = byText == byValue && byText == other };
    }

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
