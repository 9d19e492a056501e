namespace Winnow.Metrics.Corpora;

/// <summary>A metric that compares a collection of texts with another as wholes: no text belongs to one of the other side.</summary>
/// <remarks>No interval by resampling texts, as of <see cref="ICollectionMetric"/>.</remarks>
public interface ICollectionComparison
{
    /// <summary>As it is reported.</summary>
    string Name { get; }

    /// <summary>Whether a higher score is the better one; null where neither is.</summary>
    bool? IsHigherBetter { get; }

    /// <summary>What a score depends on, in sacrebleu's form.</summary>
    string Signature { get; }

    /// <summary>The score.</summary>
    /// <param name="texts">Shape [N].</param>
    /// <param name="references">Shape [M].</param>
    /// <exception cref="ArgumentException">There are too few texts for it.</exception>
    double Score(IReadOnlyList<string> texts, IReadOnlyList<string> references);
}
