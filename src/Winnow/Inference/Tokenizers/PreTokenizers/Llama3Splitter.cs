namespace Winnow.Inference.Tokenizers.PreTokenizers;

/// <summary>
/// The pattern of Llama 3 and Qwen 2: contractions in either case, letters with one mark before them, up to so many
/// numbers, marks with the line ends that follow them, white space that ends in a line end, other white space.
/// </summary>
/// <param name="maxNumbers">Most number characters of a piece: 3 for Llama 3, 1 for Qwen 2.</param>
internal sealed class Llama3Splitter(int maxNumbers) : Splitter
{
    public const string PatternOfThree = Head + @"\p{N}{1,3}" + Tail;
    public const string PatternOfOne = Head + @"\p{N}" + Tail;

    private const string Head = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";
    private const string Tail = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Most digits of a piece.</summary>
    public int MaxNumbers => maxNumbers;

    /// <inheritdoc/>
    public override int FirstPiece(ReadOnlySpan<byte> text)
    {
        int contraction = Contraction(text);
        if (contraction > 0)
        {
            return contraction;
        }
        RuneKind kind = RuneKinds.First(text, out int length);
        if (kind == RuneKind.Letter)
        {
            return RuneKinds.Run(text, RuneKind.Letter);
        }
        if (kind == RuneKind.Number)
        {
            return Numbers(text);
        }
        ReadOnlySpan<byte> rest = text[length..];
        if (!IsLineEnd(text[0]) && !rest.IsEmpty && RuneKinds.First(rest, out _) == RuneKind.Letter)
        {
            return length + RuneKinds.Run(rest, RuneKind.Letter);
        }
        int space = text[0] == (byte)' ' && !rest.IsEmpty ? 1 : 0;
        if (RuneKinds.First(text[space..], out _) == RuneKind.Other)
        {
            int end = space + RuneKinds.Run(text[space..], RuneKind.Other);
            while (end < text.Length && IsLineEnd(text[end]))
            {
                end++;
            }
            return end;
        }
        int lineEnd = text[..RuneKinds.Run(text, RuneKind.Space)].LastIndexOfAny((byte)'\r', (byte)'\n');
        return lineEnd >= 0 ? lineEnd + 1 : WhiteSpace(text);
    }

    private static bool IsLineEnd(byte c) => c is (byte)'\r' or (byte)'\n';

    private int Numbers(ReadOnlySpan<byte> text)
    {
        int end = 0;
        for (int n = 0; n < maxNumbers && end < text.Length && RuneKinds.First(text[end..], out int length) == RuneKind.Number; n++)
        {
            end += length;
        }
        return end;
    }

    private static int Contraction(ReadOnlySpan<byte> text)
    {
        if (text[0] != (byte)'\'' || text.Length < 2)
        {
            return 0;
        }
        ReadOnlySpan<byte> rest = text[1..];
        int first = rest[0] | 0x20;
        int second = rest.Length > 1 ? rest[1] | 0x20 : 0;
        return first is 's' or 't' or 'm' or 'd' ? 2
            : (first is 'r' or 'v' && second == 'e') || (first == 'l' && second == 'l') ? 3
            : rest.StartsWith("\u017F"u8) ? 3 // the long s folds to s
            : 0;
    }
}
