namespace Winnow.Inference.Tokenizers.PreTokenizers;

/// <summary>Cuts numbers off from everything else, each digit alone or in runs.</summary>
/// <param name="isEachAlone">Whether every digit is a piece of its own.</param>
internal sealed class DigitsSplitter(bool isEachAlone) : Splitter
{
    /// <summary>Whether every digit is a piece of its own.</summary>
    public bool IsEachAlone => isEachAlone;

    /// <inheritdoc/>
    public override int FirstPiece(ReadOnlySpan<byte> text)
    {
        if (RuneKinds.First(text, out int length) == RuneKind.Number)
        {
            return isEachAlone ? length : RuneKinds.Run(text, RuneKind.Number);
        }
        int end = length;
        while (end < text.Length && RuneKinds.First(text[end..], out length) != RuneKind.Number)
        {
            end += length;
        }
        return end;
    }
}
