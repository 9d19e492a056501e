using System.Text;

namespace Winnow.Tasks.Families;

/// <summary>How the model is asked to answer.</summary>
public enum AnswerMode
{
    /// <summary>One step a line, then the answer line. Tag: <c>[steps]</c>.</summary>
    Steps,

    /// <summary>The answer line only. Tag: <c>[direct]</c>.</summary>
    Direct,
}

/// <summary>The text that a model of the families reads and writes.</summary>
/// <remarks>
/// A training sequence is the begin token, <see cref="Prompt"/>, <see cref="Solution"/> and the end token; the loss is
/// taken on the solution and the end token. The prompt ends with a line feed, which is always a token of its own, so
/// that prompt and solution may be encoded apart or together.
/// </remarks>
public static class PromptFormat
{
    /// <summary>What begins the answer line.</summary>
    public const string AnswerMark = "A: ";

    /// <summary>What begins a solved demonstration.</summary>
    public const string DemonstrationTag = "[demo]";

    /// <summary>Most pieces (<see cref="Pieces"/>) of prompt and solution together; generators draw again beyond it.</summary>
    public const int MaxPieces = 396;

    /// <summary>The tag of a mode.</summary>
    public static string Tag(AnswerMode mode) => mode switch
    {
        AnswerMode.Steps => "[steps]",
        AnswerMode.Direct => "[direct]",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "The mode is Steps or Direct."),
    };

    /// <summary>What the model reads: solved demonstrations, then the question. It ends with a line feed.</summary>
    /// <param name="mode">How it is to answer, and how the demonstrations do.</param>
    /// <param name="question">The question.</param>
    /// <param name="demonstrations">Solved examples of the same family, shown first.</param>
    public static string Prompt(AnswerMode mode, string question, params ReadOnlySpan<GeneratedExample> demonstrations)
    {
        ArgumentNullException.ThrowIfNull(question);
        StringBuilder text = new();
        foreach (GeneratedExample shown in demonstrations)
        {
            text.Append(DemonstrationTag).Append(" Q: ").Append(shown.Question).Append('\n').Append(Solution(mode, shown)).Append('\n');
        }
        return text.Append(Tag(mode)).Append(" Q: ").Append(question).Append('\n').ToString();
    }

    /// <summary>What the model should write. It ends with the answer, without a line feed: the end token follows.</summary>
    public static string Solution(AnswerMode mode, GeneratedExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        StringBuilder text = new();
        if (mode == AnswerMode.Steps)
        {
            foreach (string step in example.Steps)
            {
                text.Append(step).Append('\n');
            }
        }
        return text.Append(AnswerMark).Append(example.Answer).ToString();
    }

    /// <summary>Cuts a text as the tokenizer does before it merges: each digit alone, letters with the space before them, every other character alone.</summary>
    /// <remarks>As the regular expression <c>\p{N}| ?\p{L}+|[^\p{L}\p{N}]</c> over code points. A lone surrogate counts as U+FFFD.</remarks>
    public static IEnumerable<Range> Pieces(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (int start = 0; start < text.Length;)
        {
            int end = start;
            if (text[start] == ' ' && LetterLength(text, start + 1) > 0)
            {
                end++;
            }
            int letters = end;
            while (LetterLength(text, end) is > 0 and int length)
            {
                end += length;
            }
            if (end == letters)
            {
                Rune.DecodeFromUtf16(text.AsSpan(start), out _, out int consumed);
                end = start + consumed;
            }
            yield return start..end;
            start = end;
        }
    }

    /// <summary>Pieces of an example in <see cref="AnswerMode.Steps"/>: its tokens, but for begin, end and words outside the vocabulary.</summary>
    internal static int PieceCount(GeneratedExample example) =>
        Pieces(Prompt(AnswerMode.Steps, example.Question)).Count() - 2 + Pieces(Solution(AnswerMode.Steps, example)).Count();

    private static int LetterLength(string text, int index) =>
        index < text.Length && Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done
        && Rune.IsLetter(rune) ? consumed : 0;
}
