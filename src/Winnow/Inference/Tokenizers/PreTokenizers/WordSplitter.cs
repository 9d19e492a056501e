namespace Winnow.Inference.Tokenizers.PreTokenizers;

/// <summary>
/// The pattern of the embedded models: words with the space before them, and every other character alone, digits,
/// operators and line ends among them.
/// </summary>
internal sealed class WordSplitter : Splitter
{
    public const string Pattern = @"\p{N}| ?\p{L}+|[^\p{L}\p{N}]";

    /// <inheritdoc/>
    public override int FirstPiece(ReadOnlySpan<byte> text)
    {
        int space = text[0] == (byte)' ' && text.Length > 1 ? 1 : 0;
        int letters = RuneKinds.Run(text[space..], RuneKind.Letter);
        if (letters > 0)
        {
            return space + letters;
        }
        _ = RuneKinds.First(text, out int length);
        return length;
    }
}
