namespace Winnow.Metrics;

/// <summary>Settings of TER. The defaults are sacrebleu's.</summary>
public sealed record TerOptions
{
    /// <summary>Unescapes entities and splits punctuation off; default false.</summary>
    public bool Normalized { get; init; }

    /// <summary>Removes punctuation; default false.</summary>
    public bool NoPunctuation { get; init; }

    /// <summary>Extends the two settings above to Chinese and Japanese; default false.</summary>
    public bool AsianSupport { get; init; }

    /// <summary>Keeps case; default false.</summary>
    public bool CaseSensitive { get; init; }
}
