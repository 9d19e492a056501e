using Winnow.Models;

namespace Winnow.Decoding.Constraints;

/// <summary>
/// A grammar over the tokens of a vocabulary: which may follow, with the masks of states that were met before. Shared by
/// any number of rows and threads.
/// </summary>
/// <remarks>
/// Every token it allows can be continued to a text of the language by bytes; end tokens are allowed only where the text is
/// in the language. Cost: the first visit of a state reads the vocabulary's tree, later ones nothing.
/// </remarks>
public sealed class TokenConstraint
{
    private readonly Lock _gate = new();
    private readonly IVocabulary _vocabulary;
    private readonly TokenTrie _trie;
    private readonly GrammarMachine _machine;
    private readonly int[] _endTokens;

    /// <summary>Joins a grammar and a vocabulary.</summary>
    /// <param name="grammar">What text must belong to.</param>
    /// <param name="vocabulary">Tokens and their bytes.</param>
    /// <param name="endTokens">Tokens that end a text; the vocabulary's own where none is given.</param>
    /// <exception cref="ArgumentException">There is no end token.</exception>
    public TokenConstraint(Grammar grammar, IVocabulary vocabulary, params IReadOnlyCollection<int> endTokens)
    {
        ArgumentNullException.ThrowIfNull(grammar);
        ArgumentNullException.ThrowIfNull(vocabulary);
        _endTokens = endTokens.Count > 0 ? [.. endTokens.Distinct().Order()]
            : vocabulary.EndOfSequence is { } end ? [end]
            : throw new ArgumentException("The vocabulary names no end token, so a constrained text could not end. Name one.", nameof(endTokens));
        Grammar = grammar;
        _vocabulary = vocabulary;
        _trie = new TokenTrie(vocabulary, vocabulary.Size);
        _machine = grammar.Open();
    }

    /// <summary>The grammar.</summary>
    public Grammar Grammar { get; }

    /// <summary>States of the grammar met so far.</summary>
    public int StateCount => _machine.StateCount;

    internal GrammarState Start => _machine.Start;

    /// <summary>The state after a token; dead where the token is not allowed.</summary>
    internal GrammarState Next(GrammarState state, int token)
    {
        if (Array.BinarySearch(_endTokens, token) >= 0)
        {
            return state;
        }
        lock (_gate)
        {
            foreach (byte value in _vocabulary.Bytes(token))
            {
                state = _machine.Next(state, value);
            }
            return state;
        }
    }

    /// <summary>The tokens that may follow.</summary>
    internal TokenMask Allowed(GrammarState state)
    {
        lock (_gate)
        {
            return state.Mask ??= _trie.Allowed(_machine, state, state.IsAccepting ? _endTokens : []);
        }
    }
}
