using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace Winnow.Inference.Tokenizers;

/// <summary>
/// Byte strings by number, one after the other in one array, and found again by what they say: what a vocabulary of many
/// short names needs without an object for each.
/// </summary>
/// <param name="isFound">Whether strings can be sought.</param>
/// <param name="capacity">How many will come, where that is known.</param>
internal sealed class ByteStrings(bool isFound, int capacity = 0)
{
    private const int LeastCapacity = 8;
    private const int UsualBytes = 8;

    private byte[] _bytes = new byte[UsualBytes * Math.Max(LeastCapacity, capacity)];
    private int[] _ends = new int[Math.Max(LeastCapacity, capacity)];
    private int[] _slots = isFound ? new int[BitOperations.RoundUpToPowerOf2(2 * (uint)Math.Max(LeastCapacity, capacity + 1))] : [];
    private int _used;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>A string.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(Start(index), Length(index));

    /// <summary>Bytes of a string.</summary>
    public int Length(int index) => _ends[index] - Start(index);

    /// <summary>A string as text.</summary>
    public string Text(int index) => Encoding.UTF8.GetString(this[index]);

    /// <summary>Appends a string.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        Append(text);
        if (isFound)
        {
            if (2 * (_used + 1) > _slots.Length)
            {
                Rehash(2 * _slots.Length);
            }
            Insert(Count - 1);
        }
    }

    /// <summary>Appends a name; bytes that are no UTF-8 become replacement characters.</summary>
    public void AddText(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            Add(text);
        }
        else
        {
            Add(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)));
        }
    }

    /// <summary>Appends an empty string that is not found.</summary>
    public void AddNothing() => Append([]);

    /// <summary>Number of the first string that says this; −1 where there is none.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        int slot = Slot(text);
        return _slots[slot] - 1;
    }

    /// <summary>Number of the first string that says this; −1 where there is none.</summary>
    public int Find(ReadOnlySpan<char> text)
    {
        const int MostOnStack = 256;
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> utf8 = most <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[most];
        return Find(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }

    /// <summary>Gives back what was reserved for more.</summary>
    public void Trim()
    {
        Array.Resize(ref _bytes, Count == 0 ? 0 : _ends[Count - 1]);
        Array.Resize(ref _ends, Count);
    }

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];

    private void Append(ReadOnlySpan<byte> text)
    {
        int start = Count == 0 ? 0 : _ends[Count - 1];
        int end = checked(start + text.Length);
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(end, 2L * _bytes.Length)));
        }
        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, 2 * Count);
        }
        text.CopyTo(_bytes.AsSpan(start));
        _ends[Count++] = end;
    }

    private void Insert(int index)
    {
        ref int slot = ref _slots[Slot(this[index])];
        if (slot == 0)
        {
            slot = index + 1;
            _used++;
        }
    }

    private void Rehash(int slots)
    {
        int[] old = _slots;
        _slots = new int[slots];
        foreach (int entry in old)
        {
            if (entry > 0)
            {
                _slots[Slot(this[entry - 1])] = entry;
            }
        }
    }

    /// <summary>The slot of a string, or the empty one where it would go.</summary>
    private int Slot(ReadOnlySpan<byte> text)
    {
        int mask = _slots.Length - 1;
        int slot = ByteComparer.Instance.GetHashCode(text) & mask;
        while (_slots[slot] is var entry && entry > 0 && !this[entry - 1].SequenceEqual(text))
        {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
