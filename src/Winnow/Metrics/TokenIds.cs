using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics;

/// <summary>Gives each distinct token a number, in order of appearance, so that metrics compare numbers and not text.</summary>
/// <remarks>Not thread-safe. Memory: one string per distinct token.</remarks>
public sealed class TokenIds
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    /// <summary>Starts with no token known.</summary>
    public TokenIds() => _bySpan = _ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Distinct tokens so far; ids lie in 0..<see cref="Count"/> − 1.</summary>
    public int Count => _ids.Count;

    /// <summary>The id of a token.</summary>
    public int Of(ReadOnlySpan<char> token)
    {
        if (!_bySpan.TryGetValue(token, out int id))
        {
            id = _ids.Count;
            _ids.Add(token.ToString(), id);
        }
        return id;
    }

    /// <summary>The ids of tokens.</summary>
    public int[] Of(TokenList tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var ids = new int[tokens.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = Of(tokens[i]);
        }
        return ids;
    }

    /// <summary>The ids of tokens.</summary>
    public int[] Of(IReadOnlyList<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var ids = new int[tokens.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = Of(tokens[i]);
        }
        return ids;
    }
}
