using System.Numerics;

namespace Winnow.Inference.Tokenizers.Models;

/// <summary>Pairs of tokens that are joined, each with its rank and what it becomes; found by the pair.</summary>
/// <param name="names">Tokens by name.</param>
/// <param name="capacity">How many pairs will come, where that is known.</param>
internal sealed class MergeTable(ByteStrings names, int capacity = 0)
{
    private const int LeastCapacity = 8;

    private Merge[] _merges = new Merge[Math.Max(LeastCapacity, capacity)];
    private int[] _slots = new int[BitOperations.RoundUpToPowerOf2(2 * (uint)Math.Max(LeastCapacity, capacity + 1))];
    private int _count;
    private byte[] _whole = new byte[64];

    /// <summary>Adds a pair; one that is there is replaced.</summary>
    /// <returns>Whether its halves and its whole are all in the vocabulary.</returns>
    public bool TryAdd(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int rank)
    {
        int length = left.Length + right.Length;
        if (_whole.Length < length)
        {
            _whole = new byte[2 * length];
        }
        left.CopyTo(_whole);
        right.CopyTo(_whole.AsSpan(left.Length));
        int leftId = names.Find(left);
        int rightId = names.Find(right);
        int merged = names.Find(_whole.AsSpan(0, length));
        if (leftId < 0 || rightId < 0 || merged < 0)
        {
            return false;
        }
        Set(new Merge(leftId, rightId, rank, merged));
        return true;
    }

    /// <summary>What a pair becomes.</summary>
    /// <returns>Whether it is joined at all.</returns>
    public bool TryGet(int left, int right, out int rank, out int merged)
    {
        int entry = _slots[Slot(left, right)];
        if (entry == 0)
        {
            rank = merged = 0;
            return false;
        }
        ref readonly Merge merge = ref _merges[entry - 1];
        rank = merge.Rank;
        merged = merge.Merged;
        return true;
    }

    /// <summary>Where the space stands between the halves of a pair that is written with one; −1 where it is written otherwise.</summary>
    public static int Middle(ReadOnlySpan<byte> text)
    {
        int space = text.IndexOf((byte)' ');
        return space > 0 && space < text.Length - 1 && !text[(space + 1)..].Contains((byte)' ') ? space : -1;
    }

    /// <summary>The pairs that scores of tokens stand for, as SentencePiece joins them: whatever two tokens make a third, the best score first.</summary>
    /// <param name="tokens">Tokens that may be made, and their scores.</param>
    public void AddByScore(IEnumerable<(int Token, double Score)> tokens)
    {
        int rank = -1;
        double last = double.NaN;
        foreach ((int token, double score) in tokens.OrderByDescending(t => t.Score))
        {
            // Equal scores are one rank: then the leftmost pair comes first.
            rank += score == last ? 0 : 1;
            last = score;
            ReadOnlySpan<byte> name = names[token];
            for (int cut = 1; cut < name.Length; cut++)
            {
                bool isBetweenCharacters = (name[cut] & 0xC0) != 0x80;
                if (isBetweenCharacters)
                {
                    TryAdd(name[..cut], name[cut..], rank);
                }
            }
        }
    }

    private void Set(Merge merge)
    {
        if (2 * (_count + 1) > _slots.Length)
        {
            _slots = new int[2 * _slots.Length];
            for (int i = 0; i < _count; i++)
            {
                _slots[Slot(_merges[i].Left, _merges[i].Right)] = i + 1;
            }
        }
        ref int slot = ref _slots[Slot(merge.Left, merge.Right)];
        if (slot == 0)
        {
            if (_count == _merges.Length)
            {
                Array.Resize(ref _merges, 2 * _count);
            }
            slot = ++_count;
        }
        _merges[slot - 1] = merge;
    }

    private int Slot(int left, int right)
    {
        int mask = _slots.Length - 1;
        // Seeded by the process, so that no file can make pairs collide.
        int slot = HashCode.Combine(left, right) & mask;
        while (_slots[slot] is var entry && entry > 0 && (_merges[entry - 1].Left != left || _merges[entry - 1].Right != right))
        {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private readonly record struct Merge(int Left, int Right, int Rank, int Merged);
}
