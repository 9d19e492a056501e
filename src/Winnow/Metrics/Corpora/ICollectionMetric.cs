namespace Winnow.Metrics.Corpora;

/// <summary>A metric of a collection of texts as a whole, which is no sum over them.</summary>
/// <remarks>No interval by resampling texts: a text drawn twice would count as a repetition.</remarks>
public interface ICollectionMetric
{
    /// <summary>As it is reported, for example <c>distinct-2</c>.</summary>
    string Name { get; }

    /// <summary>Whether a higher score is the better one; null where neither is.</summary>
    bool? IsHigherBetter { get; }

    /// <summary>What a score depends on, in sacrebleu's form.</summary>
    string Signature { get; }

    /// <summary>The score.</summary>
    /// <param name="texts">Shape [N].</param>
    /// <exception cref="ArgumentException">There are too few texts or tokens for it.</exception>
    double Score(IReadOnlyList<string> texts);
}
