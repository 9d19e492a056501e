namespace Winnow.Decoding.Constraints;

/// <summary>Where a text stands in a grammar: every way of reading it so far. Interned, with what follows it remembered.</summary>
internal sealed class GrammarState(int[] configurations, bool isAccepting)
{
    /// <summary>Ids of (node, stack) pairs that can read a byte, ascending.</summary>
    public int[] Configurations { get; } = configurations;

    /// <summary>Whether the text so far is in the language.</summary>
    public bool IsAccepting { get; } = isAccepting;

    /// <summary>Whether nothing can follow and the text is not in the language.</summary>
    public bool IsDead => Configurations.Length == 0 && !IsAccepting;

    /// <summary>Shape [256]; what each byte leads to, where it was asked for; null before any was.</summary>
    public GrammarState?[]? Transitions { get; set; }

    /// <summary>The tokens that may follow, where they were asked for.</summary>
    public TokenMask? Mask { get; set; }
}
