namespace Winnow.Inference.Sessions;

/// <summary>
/// A prefix tree of token runs over the pages: what rows have in common is held once, down to the single token, and
/// goes when nobody refers to it any more. Forking and reordering rows only moves references.
/// </summary>
/// <remarks>
/// A node is a run of slots of one page. A reference (a row, a kept branch, a child) always means the whole node, so a
/// reference into its middle splits it first. Within a page, later runs descend from earlier ones, so slots become free
/// from the end.
/// </remarks>
internal sealed class PageTree(PageStore pages)
{
    /// <summary>The node of the empty sequence.</summary>
    public const int Root = 0;
    private const int None = -1;

    private readonly Stack<int> _free = [];
    private Node[] _nodes = [new Node { Parent = None, FirstChild = None, Next = None, Previous = None, References = 1 }];
    private int _count = 1;
    private int[] _filled = new int[16];

    /// <summary>Tokens held, each once.</summary>
    public int Tokens { get; private set; }

    /// <summary>Position after the last token of a node.</summary>
    public int End(int node) => _nodes[node].Begin + _nodes[node].Count;

    /// <summary>Counts one more reference to a node.</summary>
    public void Hold(int node) => _nodes[node].References++;

    /// <summary>Gives a reference up; what nobody refers to is freed.</summary>
    public void Release(int node)
    {
        while (--_nodes[node].References == 0)
        {
            ref Node freed = ref _nodes[node];
            int parent = freed.Parent;
            Unlink(node);
            Tokens -= freed.Count;
            _filled[freed.Page] = freed.Start;
            if (freed.Start == 0)
            {
                pages.Return(freed.Page);
            }
            _free.Push(node);
            node = parent;
        }
    }

    /// <summary>Appends a token to what a row refers to.</summary>
    /// <param name="leaf">The row's node; becomes the node that ends with the token.</param>
    /// <param name="token">The token.</param>
    /// <returns>Where its keys and values go.</returns>
    public PageSpan Append(ref int leaf, int token)
    {
        ref Node node = ref _nodes[leaf];
        bool isAtTip = leaf != Root && node.Start + node.Count == _filled[node.Page] && _filled[node.Page] < PageStore.PageTokens;
        Tokens++;
        PageSpan slot;
        if (isAtTip && node.References == 1)
        {
            slot = new PageSpan(node.Page, node.Start + node.Count, 1);
            node.Count++;
        }
        else
        {
            int page = isAtTip ? node.Page : RentPage();
            slot = new PageSpan(page, isAtTip ? node.Start + node.Count : 0, 1);
            int child = Take(new Node
            {
                Parent = leaf, Begin = node.Begin + node.Count, Page = slot.Page, Start = slot.Start, Count = 1, References = 1,
                FirstChild = None, Next = None, Previous = None,
            });
            // The row's reference to its old node becomes the child's reference to its parent.
            Link(child, leaf);
            leaf = child;
        }
        _filled[slot.Page] = slot.Start + 1;
        pages.Token(slot.Page, slot.Start) = token;
        return slot;
    }

    /// <summary>The node that ends at a position of a sequence; splits one where it must.</summary>
    /// <param name="leaf">Node at the end of the sequence.</param>
    /// <param name="length">Position, 0 … <see cref="End"/>.</param>
    public int Ancestor(int leaf, int length)
    {
        while (_nodes[leaf].Begin >= length && leaf != Root)
        {
            leaf = _nodes[leaf].Parent;
        }
        return length == End(leaf) ? leaf : Split(leaf, length - _nodes[leaf].Begin);
    }

    /// <summary>How much of a sequence is held.</summary>
    /// <param name="tokens">The sequence.</param>
    /// <param name="node">The last node that the match reaches into.</param>
    /// <returns>Length of the longest prefix that is held.</returns>
    public int Match(ReadOnlySpan<int> tokens, out int node)
    {
        node = Root;
        int length = 0;
        while (length < tokens.Length)
        {
            int best = None;
            int bestCount = 0;
            for (int child = _nodes[node].FirstChild; child != None; child = _nodes[child].Next)
            {
                int count = Common(child, tokens[length..]);
                if (count > bestCount)
                {
                    (best, bestCount) = (child, count);
                }
            }
            if (best == None)
            {
                break;
            }
            node = best;
            length += bestCount;
            if (bestCount < _nodes[node].Count)
            {
                break;
            }
        }
        return length;
    }

    /// <summary>Lists the slots of a sequence from its beginning, neighbours joined.</summary>
    /// <param name="leaf">Node at the end of the sequence.</param>
    /// <param name="spans">Receives the slots; grown where it must.</param>
    /// <returns>How many spans there are.</returns>
    public int Collect(int leaf, ref PageSpan[] spans)
    {
        int count = 0;
        for (int node = leaf; node != Root; node = _nodes[node].Parent)
        {
            count++;
        }
        if (spans.Length < count)
        {
            Array.Resize(ref spans, Math.Max(count, 2 * spans.Length));
        }
        int at = count;
        for (int node = leaf; node != Root; node = _nodes[node].Parent)
        {
            spans[--at] = new PageSpan(_nodes[node].Page, _nodes[node].Start, _nodes[node].Count);
        }
        int joined = 0;
        for (int i = 0; i < count; i++)
        {
            if (joined > 0 && spans[joined - 1] is var last && last.Page == spans[i].Page && last.Start + last.Count == spans[i].Start)
            {
                spans[joined - 1] = last with { Count = last.Count + spans[i].Count };
            }
            else
            {
                spans[joined++] = spans[i];
            }
        }
        return joined;
    }

    private int Common(int node, ReadOnlySpan<int> tokens)
    {
        ref Node run = ref _nodes[node];
        int most = Math.Min(run.Count, tokens.Length);
        for (int i = 0; i < most; i++)
        {
            if (pages.Token(run.Page, run.Start + i) != tokens[i])
            {
                return i;
            }
        }
        return most;
    }

    private int Split(int node, int count)
    {
        ref Node old = ref _nodes[node];
        int parent = old.Parent;
        Unlink(node);
        int head = Take(old with { Count = count, References = 1, FirstChild = None });
        ref Node tail = ref _nodes[node];
        tail.Parent = head;
        tail.Begin += count;
        tail.Start += count;
        tail.Count -= count;
        Link(head, parent);
        Link(node, head);
        return head;
    }

    private int RentPage()
    {
        int page = pages.Rent();
        if (page >= _filled.Length)
        {
            Array.Resize(ref _filled, 2 * _filled.Length);
        }
        _filled[page] = 0;
        return page;
    }

    private int Take(Node node)
    {
        if (!_free.TryPop(out int index))
        {
            index = _count++;
            if (index == _nodes.Length)
            {
                Array.Resize(ref _nodes, 2 * index);
            }
        }
        _nodes[index] = node;
        return index;
    }

    private void Link(int child, int parent)
    {
        ref Node node = ref _nodes[child];
        node.Previous = None;
        node.Next = _nodes[parent].FirstChild;
        if (node.Next != None)
        {
            _nodes[node.Next].Previous = child;
        }
        _nodes[parent].FirstChild = child;
    }

    private void Unlink(int child)
    {
        ref Node node = ref _nodes[child];
        if (node.Previous != None)
        {
            _nodes[node.Previous].Next = node.Next;
        }
        else
        {
            _nodes[node.Parent].FirstChild = node.Next;
        }
        if (node.Next != None)
        {
            _nodes[node.Next].Previous = node.Previous;
        }
    }

    private record struct Node
    {
        public int Parent;
        public int FirstChild;
        public int Next;
        public int Previous;
        public int References;
        public int Begin;
        public int Page;
        public int Start;
        public int Count;
    }
}
