namespace Winnow.Inference.Tokenizers.Models;

/// <summary>Pairs that are joined, in the order of their ranks.</summary>
/// <param name="ids">Tokens by name.</param>
internal sealed class MergeTable(Dictionary<string, int> ids)
{
    /// <summary>Ranks and results by pair of tokens.</summary>
    public Dictionary<(int Left, int Right), (int Rank, int Merged)> Merges { get; } = [];

    /// <summary>Adds a pair.</summary>
    /// <returns>Whether its halves and its whole are all in the vocabulary.</returns>
    public bool TryAdd(string left, string right, int rank)
    {
        if (!ids.TryGetValue(left, out int leftId) || !ids.TryGetValue(right, out int rightId) || !ids.TryGetValue(left + right, out int mergedId))
        {
            return false;
        }
        Merges[(leftId, rightId)] = (rank, mergedId);
        return true;
    }

    /// <summary>The halves of a pair that is written with a space between them; null where it is not.</summary>
    public static (string Left, string Right)? Halves(string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && space < text.Length - 1 && !text.AsSpan(space + 1).Contains(' ')
            ? (text[..space], text[(space + 1)..])
            : null;
    }

    /// <summary>The pairs that scores of tokens stand for, as SentencePiece joins them: whatever two tokens make a third, the best score first.</summary>
    /// <param name="tokens">Tokens that may be made, and their scores.</param>
    public void AddByScore(IEnumerable<(string Name, double Score)> tokens)
    {
        int rank = -1;
        double last = double.NaN;
        foreach ((string name, double score) in tokens.OrderByDescending(t => t.Score))
        {
            // Equal scores are one rank: then the leftmost pair comes first.
            rank += score == last ? 0 : 1;
            last = score;
            for (int cut = 1; cut < name.Length; cut++)
            {
                if (!char.IsLowSurrogate(name[cut]))
                {
                    TryAdd(name[..cut], name[cut..], rank);
                }
            }
        }
    }
}
