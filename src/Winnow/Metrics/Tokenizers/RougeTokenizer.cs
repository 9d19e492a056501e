using System.Buffers;

namespace Winnow.Metrics.Tokenizers;

/// <summary>The tokenizer of ROUGE: runs of a-z and 0-9 after lower-casing, stemmed or not (<c>rouge</c>).</summary>
/// <param name="stemming">Whether tokens of more than three letters are stemmed.</param>
/// <remarks>Source: Google's rouge_score. Letters outside ASCII separate tokens. Cost: O(length).</remarks>
public sealed class RougeTokenizer(bool stemming) : TextTokenizer
{
    private const int ShortestStemmed = 4;

    /// <inheritdoc/>
    public override string Name => "rouge";

    /// <summary>Whether tokens of more than three letters are stemmed.</summary>
    public bool IsStemming => stemming;

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> text, TokenList tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        char[] buffer = ArrayPool<char>.Shared.Rent(text.Length);
        Span<char> lower = buffer.AsSpan(0, text.ToLowerInvariant(buffer));
        for (int i = 0; i < lower.Length;)
        {
            int start = i;
            while (i < lower.Length && (char.IsAsciiLetterLower(lower[i]) || char.IsAsciiDigit(lower[i])))
            {
                i++;
            }
            if (i > start)
            {
                int length = i - start;
                if (stemming && length >= ShortestStemmed)
                {
                    length = PorterStemmer.Stem(lower.Slice(start, length));
                }
                tokens.Add(lower.Slice(start, length));
            }
            else
            {
                i++;
            }
        }
        ArrayPool<char>.Shared.Return(buffer);
    }
}
