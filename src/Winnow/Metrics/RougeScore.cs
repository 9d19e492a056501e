namespace Winnow.Metrics;

/// <summary>Precision, recall and their harmonic mean, each 0..1.</summary>
/// <param name="Precision">Share of the candidate that the reference has.</param>
/// <param name="Recall">Share of the reference that the candidate has.</param>
public sealed record RougeScore(double Precision, double Recall)
{
    /// <summary>The harmonic mean of both; 0 where both are.</summary>
    public double F1 => Precision + Recall > 0 ? 2 * Precision * Recall / (Precision + Recall) : 0;

    /// <summary>From counts; 0 where there is nothing to share.</summary>
    internal static RougeScore Of(int hits, int candidate, int reference) =>
        new((double)hits / Math.Max(candidate, 1), (double)hits / Math.Max(reference, 1));
}
