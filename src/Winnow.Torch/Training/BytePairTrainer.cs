using System.Text;
using Winnow.Tasks.Families;

namespace Winnow.Torch.Training;

/// <summary>A byte-pair vocabulary: the bytes, and the pairs that are merged, most frequent first.</summary>
/// <param name="AddedTokens">Tokens found in a text before it is cut; they take the first identifiers.</param>
/// <param name="SpecialCount">How many of them, from the first, are special and stand for no text.</param>
/// <param name="Merges">Pairs of tokens as byte strings, in the order in which they are merged.</param>
public sealed record LearnedVocabulary(
    IReadOnlyList<string> AddedTokens, int SpecialCount, IReadOnlyList<(byte[] Left, byte[] Right)> Merges)
{
    /// <summary>Number of tokens: added tokens, 256 bytes, merges.</summary>
    public int Size => AddedTokens.Count + 256 + Merges.Count;
}

/// <summary>Learns byte-pair merges from text that is cut into pieces first.</summary>
/// <remarks>
/// Source: Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units" (2016), on bytes.
/// Pieces are counted once each, so the cost is O(merges × distinct pieces), a second for the families' words.
/// Deterministic: among equally frequent pairs the first in byte order is merged.
/// </remarks>
public sealed class BytePairTrainer
{
    private readonly Dictionary<string, long> pieces = new(StringComparer.Ordinal);

    /// <summary>Counts the pieces of a text.</summary>
    /// <param name="text">Any text, without added tokens.</param>
    /// <param name="weight">How often it counts; at least 1.</param>
    public void Add(string text, int weight = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        foreach (Range range in PromptFormat.Pieces(text))
        {
            string piece = text[range];
            pieces[piece] = pieces.GetValueOrDefault(piece) + weight;
        }
    }

    /// <summary>Learns the vocabulary.</summary>
    /// <param name="size">Most tokens, added ones included. It holds fewer where every piece is one token before.</param>
    /// <param name="specialTokens">Tokens that stand for no text: padding, begin, end.</param>
    /// <param name="tagTokens">Other tokens that are never cut.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size leaves no room for the bytes.</exception>
    public LearnedVocabulary Train(int size, IReadOnlyList<string> specialTokens, IReadOnlyList<string> tagTokens)
    {
        ArgumentNullException.ThrowIfNull(specialTokens);
        ArgumentNullException.ThrowIfNull(tagTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, specialTokens.Count + tagTokens.Count + 256);
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
        (int[] Tokens, long Count)[] words =
            [.. pieces.Select(piece => (Encoding.UTF8.GetBytes(piece.Key).Select(value => (int)value).ToArray(), piece.Value))];
        List<(byte[] Left, byte[] Right)> merges = [];
        int room = size - specialTokens.Count - tagTokens.Count - 256;
        while (merges.Count < room && MostFrequentPair(words, tokens) is var (left, right))
        {
            merges.Add((tokens[left], tokens[right]));
            tokens.Add([.. tokens[left], .. tokens[right]]);
            for (int i = 0; i < words.Length; i++)
            {
                words[i].Tokens = Merge(words[i].Tokens, left, right, tokens.Count - 1);
            }
        }
        return new LearnedVocabulary([.. specialTokens, .. tagTokens], specialTokens.Count, merges);
    }

    private static (int Left, int Right)? MostFrequentPair((int[] Tokens, long Count)[] words, List<byte[]> tokens)
    {
        Dictionary<(int Left, int Right), long> counts = [];
        foreach ((int[] word, long count) in words)
        {
            for (int i = 1; i < word.Length; i++)
            {
                counts[(word[i - 1], word[i])] = counts.GetValueOrDefault((word[i - 1], word[i])) + count;
            }
        }
        (int Left, int Right)? best = null;
        long bestCount = 0;
        foreach (((int Left, int Right) pair, long count) in counts)
        {
            if (count > bestCount || (count == bestCount && best is { } held && Compare(pair, held) < 0))
            {
                (best, bestCount) = (pair, count);
            }
        }
        return best;

        int Compare((int Left, int Right) a, (int Left, int Right) b)
        {
            int order = tokens[a.Left].AsSpan().SequenceCompareTo(tokens[b.Left]);
            return order != 0 ? order : tokens[a.Right].AsSpan().SequenceCompareTo(tokens[b.Right]);
        }
    }

    private static int[] Merge(int[] word, int left, int right, int merged)
    {
        int length = 0;
        for (int i = 0; i < word.Length; i++)
        {
            bool isPair = word[i] == left && i + 1 < word.Length && word[i + 1] == right;
            word[length++] = isPair ? merged : word[i];
            i += isPair ? 1 : 0;
        }
        return length == word.Length ? word : word[..length];
    }
}
