namespace Winnow.Decoding.Constraints;

/// <summary>What a node of the automaton does.</summary>
internal enum NodeKind
{
    /// <summary>The end of a rule.</summary>
    End,

    /// <summary>Goes on at any of its targets.</summary>
    Split,

    /// <summary>Reads a byte of a range.</summary>
    Bytes,

    /// <summary>Runs a rule, then goes on.</summary>
    Call,
}

/// <summary>A node of the automaton.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="First">First byte that is read.</param>
/// <param name="Last">Last byte that is read.</param>
/// <param name="Next">Where a byte or a call goes on.</param>
/// <param name="Target">Start of the rule that is called.</param>
/// <param name="IsIteration">Whether the call is a turn of a bounded loop, which must read something.</param>
/// <param name="Targets">Where a split goes on.</param>
internal sealed record Node(NodeKind Kind, byte First = 0, byte Last = 0, int Next = -1, int Target = -1, bool IsIteration = false, List<int>? Targets = null);

/// <summary>A pushdown automaton over bytes: rules as graphs that call each other.</summary>
/// <param name="Nodes">All nodes.</param>
/// <param name="Start">Where the language begins.</param>
internal sealed record Automaton(IReadOnlyList<Node> Nodes, int Start)
{
    /// <summary>Whether a node reaches the end of its rule without reading or calling, by single steps.</summary>
    public bool IsTail(int node)
    {
        while (Nodes[node] is { Kind: NodeKind.Split, Targets: [var only] })
        {
            node = only;
        }
        return Nodes[node].Kind == NodeKind.End;
    }
}
