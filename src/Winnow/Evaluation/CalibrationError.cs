namespace Winnow.Evaluation;

/// <summary>A bin of a reliability diagram.</summary>
/// <param name="Index">Which bin; empty bins are left out.</param>
/// <param name="Count">Items in it.</param>
/// <param name="MeanConfidence">Their mean confidence.</param>
/// <param name="Accuracy">Their share of right answers.</param>
public readonly record struct ReliabilityBin(int Index, int Count, double MeanConfidence, double Accuracy);

/// <summary>How far confidence is from accuracy. Biased upwards for few items: show the bins beside it.</summary>
public sealed record CalibrationError
{
    /// <summary>The bins that hold items, by ascending confidence.</summary>
    public required IReadOnlyList<ReliabilityBin> Bins { get; init; }

    /// <summary>ECE: mean gap between accuracy and confidence, weighted by items.</summary>
    public required double Expected { get; init; }

    /// <summary>The largest gap.</summary>
    public required double Maximum { get; init; }

    /// <summary>Root of the weighted mean squared gap.</summary>
    public required double RootMeanSquare { get; init; }

    /// <summary>The mean squared gap less its sampling bias; null where a bin has a single item.</summary>
    public required double? DebiasedSquared { get; init; }

    /// <summary>Bins of equal width; an edge belongs to the upper bin.</summary>
    /// <param name="confidences">Shape [N], N ≥ 1; each 0 … 1.</param>
    /// <param name="outcomes">Shape [N]; each 0 … 1.</param>
    /// <param name="bins">B, at least 1; item i falls into min(B − 1, ⌊confidence · B⌋).</param>
    /// <remarks>Source: Guo et al. (2017); debiased: Bröcker (2012), Kumar et al. (2019).</remarks>
    /// <exception cref="ArgumentException">The shapes differ, there are no items, or a number lies outside [0, 1].</exception>
    public static CalibrationError EqualWidth(ReadOnlySpan<double> confidences, ReadOnlySpan<double> outcomes, int bins = 10)
    {
        Check(confidences, outcomes, bins);
        int[] places = new int[confidences.Length];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = Math.Min(bins - 1, (int)Math.Floor(confidences[i] * bins));
        }
        return FromBins(confidences, outcomes, places, bins);
    }

    /// <summary>Bins of equal numbers of items, by stable order of confidence; the first n mod B bins hold one more.</summary>
    /// <param name="confidences">Shape [N], N ≥ 1; each 0 … 1.</param>
    /// <param name="outcomes">Shape [N]; each 0 … 1.</param>
    /// <param name="bins">B, at least 1.</param>
    /// <exception cref="ArgumentException">As for <see cref="EqualWidth"/>.</exception>
    public static CalibrationError EqualMass(ReadOnlySpan<double> confidences, ReadOnlySpan<double> outcomes, int bins = 10)
    {
        Check(confidences, outcomes, bins);
        double[] copy = confidences.ToArray();
        int[] order = [.. Enumerable.Range(0, copy.Length).OrderBy(i => copy[i])];
        int[] places = new int[copy.Length];
        (int size, int longer) = Math.DivRem(copy.Length, bins);
        for (int rank = 0; rank < order.Length; rank++)
        {
            int inLonger = longer * (size + 1);
            places[order[rank]] = rank < inLonger ? rank / (size + 1) : longer + (rank - inLonger) / size;
        }
        return FromBins(confidences, outcomes, places, bins);
    }

    private static CalibrationError FromBins(ReadOnlySpan<double> confidences, ReadOnlySpan<double> outcomes, int[] places, int bins)
    {
        var filled = new List<ReliabilityBin>();
        double[] confidenceSums = new double[bins];
        double[] outcomeSums = new double[bins];
        int[] counts = new int[bins];
        for (int i = 0; i < places.Length; i++)
        {
            confidenceSums[places[i]] += confidences[i];
            outcomeSums[places[i]] += outcomes[i];
            counts[places[i]]++;
        }
        for (int b = 0; b < bins; b++)
        {
            if (counts[b] > 0)
            {
                filled.Add(new ReliabilityBin(b, counts[b], confidenceSums[b] / counts[b], outcomeSums[b] / counts[b]));
            }
        }
        double n = places.Length;
        return new CalibrationError
        {
            Bins = filled,
            Expected = filled.Sum(b => b.Count / n * Math.Abs(b.Accuracy - b.MeanConfidence)),
            Maximum = filled.Max(b => Math.Abs(b.Accuracy - b.MeanConfidence)),
            RootMeanSquare = Math.Sqrt(filled.Sum(b => b.Count / n * Math.Pow(b.Accuracy - b.MeanConfidence, 2))),
            DebiasedSquared = filled.All(b => b.Count >= 2)
                ? filled.Sum(b => b.Count / n * (Math.Pow(b.Accuracy - b.MeanConfidence, 2) - b.Accuracy * (1 - b.Accuracy) / (b.Count - 1)))
                : null,
        };
    }

    private static void Check(ReadOnlySpan<double> confidences, ReadOnlySpan<double> outcomes, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ProbabilityScores.Check(confidences, outcomes);
    }
}
