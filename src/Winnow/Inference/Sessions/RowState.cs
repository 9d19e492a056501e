namespace Winnow.Inference.Sessions;

/// <summary>A row of a session: its place in the tree, its slots, and what its last pass left.</summary>
internal sealed class RowState
{
    private PageSpan[] _spans = new PageSpan[8];
    private int _spanCount;

    /// <summary>Node of the tree that ends with the row's last token.</summary>
    public int Leaf { get; set; }

    /// <summary>Tokens.</summary>
    public int Length { get; private set; }

    /// <summary>What the last pass left; null before the first.</summary>
    public RowResult? Result { get; set; }

    /// <summary>The pass that the row took part in last; tells rows that a batch names twice.</summary>
    public long Pass { get; set; }

    /// <summary>Slots of the tokens, in order.</summary>
    public ReadOnlyMemory<PageSpan> Spans => _spans.AsMemory(0, _spanCount);

    /// <summary>Takes the place of a node.</summary>
    public void Reset(PageTree tree, int leaf)
    {
        Leaf = leaf;
        Length = tree.End(leaf);
        _spanCount = tree.Collect(leaf, ref _spans);
    }

    /// <summary>Becomes a copy.</summary>
    public void CopyFrom(RowState other)
    {
        Leaf = other.Leaf;
        Length = other.Length;
        Result = other.Result;
        if (_spans.Length < other._spanCount)
        {
            _spans = new PageSpan[other._spans.Length];
        }
        other.Spans.CopyTo(_spans);
        _spanCount = other._spanCount;
    }

    /// <summary>Appends a token's slot.</summary>
    public void Append(PageSpan slot)
    {
        Length++;
        if (_spanCount > 0 && _spans[_spanCount - 1] is var last && last.Page == slot.Page && last.Start + last.Count == slot.Start)
        {
            _spans[_spanCount - 1] = last with { Count = last.Count + 1 };
            return;
        }
        if (_spanCount == _spans.Length)
        {
            Array.Resize(ref _spans, 2 * _spanCount);
        }
        _spans[_spanCount++] = slot;
    }
}
