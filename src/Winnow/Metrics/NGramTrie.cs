namespace Winnow.Metrics;

/// <summary>
/// N-grams of all orders as paths from a root: exact, unlike a hash of the n-gram, and one probe for each order, since an
/// n-gram is looked up from the node of its first n − 1 tokens.
/// </summary>
/// <remarks>
/// Open addressing with linear probing over keys (node, token); used again after <see cref="Clear"/> without allocating.
/// Not thread-safe. Memory: about 24 bytes a node at the usual load.
/// </remarks>
internal sealed class NGramTrie
{
    /// <summary>The node of the empty n-gram.</summary>
    public const int Root = 0;

    private ulong[] _keys = new ulong[256];
    private int[] _nodes = new int[256];
    private int[] _slots = new int[128];
    private int _shift = 64 - 8;

    /// <summary>Nodes with the root; a node is a number below it, larger than its parent's.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>Forgets all but the root. Cost: O(nodes).</summary>
    public void Clear()
    {
        for (int node = 1; node < Count; node++)
        {
            _nodes[_slots[node]] = 0;
        }
        Count = 1;
    }

    /// <summary>The node of an n-gram one token longer; −1 where it was never added.</summary>
    public int Find(int node, int token)
    {
        int found = _nodes[Slot(Key(node, token))];
        return found == 0 ? -1 : found;
    }

    /// <summary>The node of an n-gram one token longer, added where it is new.</summary>
    public int FindOrAdd(int node, int token)
    {
        ulong key = Key(node, token);
        int slot = Slot(key);
        if (_nodes[slot] != 0)
        {
            return _nodes[slot];
        }
        if (2 * (Count + 1) > _nodes.Length)
        {
            Grow();
            slot = Slot(key);
        }
        _keys[slot] = key;
        _slots[Count] = slot;
        return _nodes[slot] = Count++;
    }

    private static ulong Key(int node, int token) => ((ulong)(uint)node << 32) | (uint)token;

    private int Slot(ulong key)
    {
        int mask = _nodes.Length - 1;
        int slot = (int)((key * 0x9E3779B97F4A7C15UL) >> _shift);
        while (_nodes[slot] != 0 && _keys[slot] != key)
        {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void Grow()
    {
        ulong[] keys = _keys;
        int[] slots = _slots;
        _keys = new ulong[2 * keys.Length];
        _nodes = new int[2 * keys.Length];
        _slots = new int[keys.Length];
        _shift--;
        for (int node = 1; node < Count; node++)
        {
            ulong key = keys[slots[node]];
            int slot = Slot(key);
            _keys[slot] = key;
            _nodes[slot] = node;
            _slots[node] = slot;
        }
    }
}
