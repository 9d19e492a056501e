namespace Winnow.Inference.Tokenizers.PreTokenizers;

/// <summary>
/// The pattern of GPT-2: contractions, then letters, numbers or other marks with at most one space before them,
/// then white space.
/// </summary>
internal sealed class Gpt2Splitter : Splitter
{
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <inheritdoc/>
    public override int FirstPiece(ReadOnlySpan<byte> text)
    {
        int contraction = Contraction(text);
        if (contraction > 0)
        {
            return contraction;
        }
        int space = text[0] == (byte)' ' && text.Length > 1 ? 1 : 0;
        RuneKind kind = RuneKinds.First(text[space..], out _);
        return kind == RuneKind.Space ? WhiteSpace(text) : space + RuneKinds.Run(text[space..], kind);
    }

    private static int Contraction(ReadOnlySpan<byte> text)
    {
        if (text[0] != (byte)'\'' || text.Length < 2)
        {
            return 0;
        }
        ReadOnlySpan<byte> rest = text[1..];
        return rest[0] is (byte)'s' or (byte)'t' or (byte)'m' or (byte)'d' ? 2
            : rest.StartsWith("re"u8) || rest.StartsWith("ve"u8) || rest.StartsWith("ll"u8) ? 3
            : 0;
    }
}
