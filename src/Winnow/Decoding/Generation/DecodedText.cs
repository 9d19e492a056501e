using System.Collections.Immutable;

namespace Winnow.Decoding.Generation;

/// <summary>A whole text that a decoding method gave.</summary>
/// <param name="Text">Its text, without the end token.</param>
/// <param name="Tokens">Its tokens, the end token included where there is one.</param>
/// <param name="LogProb">Natural-log probability of all tokens: under the model itself, or where stages take part in a search, after them.</param>
/// <param name="Score">What the method ranks by; null where it ranks nothing. Higher is better.</param>
/// <param name="Finish">Why it ended.</param>
public sealed record DecodedText(string Text, ImmutableArray<int> Tokens, double LogProb, double? Score, FinishReason Finish)
{
    /// <summary>How a quicker model's drafts fared; null where none were made.</summary>
    public DraftUse? Drafts { get; init; }
}

/// <summary>How a quicker model's drafts fared.</summary>
/// <param name="Rounds">Passes of the model itself.</param>
/// <param name="Drafted">Tokens drafted.</param>
/// <param name="Accepted">Drafted tokens that were accepted.</param>
public sealed record DraftUse(int Rounds, int Drafted, int Accepted);
