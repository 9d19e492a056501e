namespace Winnow.Metrics.Corpora;

/// <summary>Which ROUGE.</summary>
public enum RougeKind
{
    /// <summary>ROUGE-1: words.</summary>
    One,

    /// <summary>ROUGE-2: pairs of words.</summary>
    Two,

    /// <summary>ROUGE-L: longest common subsequence of the whole texts.</summary>
    Longest,

    /// <summary>ROUGE-Lsum: union of common subsequences, a line being a sentence.</summary>
    LongestOfSummary,
}

/// <summary>Mean F1 of ROUGE over a corpus, 0..100; of several references the best of each text.</summary>
/// <param name="kind">Which ROUGE.</param>
/// <param name="stemming">Whether words are stemmed.</param>
/// <remarks>Source: <see cref="Rouge"/>.</remarks>
public sealed class RougeMean(RougeKind kind, bool stemming = false) : MeanMetric
{
    private readonly Rouge _rouge = new(stemming);

    /// <inheritdoc/>
    public override string Name => kind switch
    {
        RougeKind.One => "ROUGE-1",
        RougeKind.Two => "ROUGE-2",
        RougeKind.Longest => "ROUGE-L",
        _ => "ROUGE-Lsum",
    };

    /// <inheritdoc/>
    public override string Signature(int references = 1) => _rouge.Signature(references);

    /// <inheritdoc/>
    protected override double Score(string hypothesis, IReadOnlyList<string> references) => 100 * Rouge.Best(references, reference => kind switch
    {
        RougeKind.One => _rouge.NGrams(reference, hypothesis, 1),
        RougeKind.Two => _rouge.NGrams(reference, hypothesis, 2),
        RougeKind.Longest => _rouge.Longest(reference, hypothesis),
        _ => _rouge.LongestOfSummary(reference, hypothesis),
    }).F1;
}
