namespace Winnow.Inference.Tokenizers;

/// <summary>What a tokenizer.json of the byte-level kind says, checked.</summary>
internal sealed record TokenizerDefinition
{
    /// <summary>Token names by id; null where the file leaves an id out.</summary>
    public required string?[] Names { get; init; }

    /// <summary>Ranks and results of merges by pair of ids.</summary>
    public required Dictionary<(int Left, int Right), (int Rank, int Merged)> Merges { get; init; }

    /// <summary>Whether a piece that is a token is taken as it is, whatever the merges say.</summary>
    public required bool IgnoresMerges { get; init; }

    /// <summary>Tokens that are sought in the text first.</summary>
    public required IReadOnlyList<AddedToken> Added { get; init; }

    /// <summary>Pre-tokenizers, outermost first.</summary>
    public required IReadOnlyList<Splitter> Splitters { get; init; }

    /// <summary>Whether text that does not begin with a space gets one.</summary>
    public required bool AddsPrefixSpace { get; init; }

    /// <summary>Whether offsets leave out the white space at a token's ends; null where nothing says so.</summary>
    public required bool TrimsOffsets { get; init; }

    /// <summary>Special tokens before the text.</summary>
    public required int[] Prefix { get; init; }

    /// <summary>Special tokens after the text.</summary>
    public required int[] Suffix { get; init; }
}
