using Winnow.Models;

namespace Winnow.Decoding.Constraints;

/// <summary>The bytes of all tokens of a vocabulary as a tree, so that a mask reads shared beginnings once.</summary>
internal sealed class TokenTrie
{
    private readonly (byte Value, int FirstChild, int NextSibling, int FirstToken)[] _nodes;
    private readonly int[] _nextToken;

    public TokenTrie(IVocabulary vocabulary, int vocabularySize)
    {
        VocabularySize = vocabularySize;
        List<(byte Value, int FirstChild, int NextSibling, int FirstToken)> nodes = [(0, -1, -1, -1)];
        _nextToken = new int[vocabularySize];
        Array.Fill(_nextToken, -1);
        int known = Math.Min(vocabulary.Size, vocabularySize);
        // Tokens in the order of their bytes arrive at each node with the last child still open.
        int[] order = [.. Enumerable.Range(0, known).Where(t => !vocabulary.IsSpecial(t) && !vocabulary.Bytes(t).IsEmpty)];
        Array.Sort(order, (a, b) => vocabulary.Bytes(a).SequenceCompareTo(vocabulary.Bytes(b)) is var c && c != 0 ? c : b.CompareTo(a));
        List<int> path = [0];
        List<int> lastChild = [-1];
        byte[] previous = [];
        foreach (int token in order)
        {
            ReadOnlySpan<byte> bytes = vocabulary.Bytes(token);
            int shared = bytes.CommonPrefixLength(previous);
            path.RemoveRange(shared + 1, path.Count - shared - 1);
            lastChild.RemoveRange(shared + 1, lastChild.Count - shared - 1);
            for (int i = shared; i < bytes.Length; i++)
            {
                int node = nodes.Count;
                nodes.Add((bytes[i], -1, -1, -1));
                if (lastChild[i] < 0)
                {
                    nodes[path[i]] = nodes[path[i]] with { FirstChild = node };
                }
                else
                {
                    nodes[lastChild[i]] = nodes[lastChild[i]] with { NextSibling = node };
                }
                lastChild[i] = node;
                path.Add(node);
                lastChild.Add(-1);
            }
            _nextToken[token] = nodes[path[^1]].FirstToken;
            nodes[path[^1]] = nodes[path[^1]] with { FirstToken = token };
            previous = bytes.ToArray();
        }
        _nodes = [.. nodes];
    }

    public int VocabularySize { get; }

    /// <summary>The tokens whose bytes lead from a state to one that is not dead, and some besides.</summary>
    /// <param name="machine">The machine of the state.</param>
    /// <param name="from">The state.</param>
    /// <param name="besides">Tokens without bytes that are allowed too.</param>
    public TokenMask Allowed(GrammarMachine machine, GrammarState from, ReadOnlySpan<int> besides)
    {
        ulong[] bits = new ulong[(VocabularySize + 63) / 64 + 1];
        Stack<(int Node, GrammarState State)> open = new();
        open.Push((_nodes[0].FirstChild, from));
        int count = besides.Length;
        foreach (int token in besides)
        {
            bits[token >> 6] |= 1UL << token;
        }
        while (open.TryPop(out var at))
        {
            for (int node = at.Node; node >= 0; node = _nodes[node].NextSibling)
            {
                ref readonly (byte Value, int FirstChild, int NextSibling, int FirstToken) here = ref _nodes[node];
                GrammarState next = at.State.Transitions?[here.Value] ?? machine.Next(at.State, here.Value);
                if (next.IsDead)
                {
                    continue;
                }
                for (int token = here.FirstToken; token >= 0; token = _nextToken[token])
                {
                    bits[token >> 6] |= 1UL << token;
                    count++;
                }
                if (here.FirstChild >= 0)
                {
                    open.Push((here.FirstChild, next));
                }
            }
        }
        return new TokenMask(bits, count);
    }
}
