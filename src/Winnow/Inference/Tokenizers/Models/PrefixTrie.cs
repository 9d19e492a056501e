namespace Winnow.Inference.Tokenizers.Models;

/// <summary>Byte strings by their prefixes. Children of a node stand side by side in the order of their bytes.</summary>
internal sealed class PrefixTrie
{
    /// <summary>The node of the empty prefix.</summary>
    public const int Root = 0;

    private readonly List<int> _firstChild = [0];
    private readonly List<ushort> _children = [0];
    private readonly List<byte> _labels = [0];
    private readonly List<int> _values = [-1];

    /// <param name="entries">Byte strings and their values, 0 or more; of equal strings the first counts.</param>
    public PrefixTrie(IEnumerable<(byte[] Key, int Value)> entries)
    {
        (byte[] Key, int Value)[] sorted = [.. entries
            .DistinctBy(e => e.Key, ByteComparer.Instance)
            .OrderBy(e => e.Key, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))];
        var waiting = new Queue<(int Node, int From, int To, int Depth)>();
        waiting.Enqueue((Root, 0, sorted.Length, 0));
        while (waiting.TryDequeue(out (int Node, int From, int To, int Depth) part))
        {
            int from = part.From;
            if (from < part.To && sorted[from].Key.Length == part.Depth)
            {
                _values[part.Node] = sorted[from].Value;
                from++;
            }
            _firstChild[part.Node] = _labels.Count;
            while (from < part.To)
            {
                byte label = sorted[from].Key[part.Depth];
                int end = from + 1;
                while (end < part.To && sorted[end].Key[part.Depth] == label)
                {
                    end++;
                }
                waiting.Enqueue((_labels.Count, from, end, part.Depth + 1));
                _children[part.Node]++;
                _labels.Add(label);
                _values.Add(-1);
                _firstChild.Add(0);
                _children.Add(0);
                from = end;
            }
        }
    }

    /// <summary>The node one byte further; −1 where nothing begins so.</summary>
    public int Child(int node, byte label)
    {
        int low = _firstChild[node];
        int high = low + _children[node] - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = _labels[middle] - label;
            if (order == 0)
            {
                return middle;
            }
            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }
        return -1;
    }

    /// <summary>The value of the string that ends at a node; −1 where none does.</summary>
    public int Value(int node) => _values[node];

    /// <summary>The longest string that a text begins with.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">Its bytes; 0 where there is none.</param>
    /// <returns>Its value; −1 where there is none.</returns>
    public int Longest(ReadOnlySpan<byte> text, out int length)
    {
        int best = -1;
        length = 0;
        int node = Root;
        for (int i = 0; i < text.Length && (node = Child(node, text[i])) >= 0; i++)
        {
            if (_values[node] >= 0)
            {
                best = _values[node];
                length = i + 1;
            }
        }
        return best;
    }
}
