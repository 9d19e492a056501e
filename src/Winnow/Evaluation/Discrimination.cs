using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>What accuracy is bought by answering only where confidence is highest.</summary>
/// <param name="Coverage">Shape [N]: the share answered, 1/N … 1.</param>
/// <param name="Accuracy">Shape [N]: accuracy of the items answered.</param>
/// <param name="AreaUnderCurve">AURC: the mean of 1 − accuracy over the coverages; lower is better.</param>
public sealed record RiskCoverage(IReadOnlyList<double> Coverage, IReadOnlyList<double> Accuracy, double AreaUnderCurve)
{
    /// <summary>Shape [N]: the items by descending confidence.</summary>
    public required IReadOnlyList<int> Order { get; init; }

    /// <summary>How many items are answered at a coverage in percent, rounded up, and the accuracy among them.</summary>
    /// <param name="percent">Range: 1 … 100.</param>
    public (int Kept, double Accuracy) At(int percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        int kept = (int)(((long)percent * Order.Count + 99) / 100);
        return (kept, Accuracy[kept - 1]);
    }
}

/// <summary>How well scores tell right from wrong, whatever their scale.</summary>
public static class Discrimination
{
    /// <summary>AUROC: the probability that a right item scores above a wrong one, ties one half.</summary>
    /// <param name="scores">Shape [N].</param>
    /// <param name="outcomes">Shape [N]; at least one of each.</param>
    /// <remarks>By ranks; cost O(N log N).</remarks>
    /// <exception cref="ArgumentException">The shapes differ, or only one outcome occurs: then it is undefined.</exception>
    public static double Auroc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> outcomes)
    {
        double positives = CountPositives(scores, outcomes);
        double negatives = scores.Length - positives;
        if (positives == 0 || negatives == 0)
        {
            throw new ArgumentException("Only one outcome occurs; AUROC is undefined. Give right and wrong items.", nameof(outcomes));
        }
        double[] ranks = Ranks.Average(scores);
        double sum = 0;
        for (int i = 0; i < ranks.Length; i++)
        {
            sum += outcomes[i] ? ranks[i] : 0;
        }
        return (sum - positives * (positives + 1) / 2) / (positives * negatives);
    }

    /// <summary>Average precision: Σ (R_n − R_(n−1)) P_n over distinct thresholds, without interpolation.</summary>
    /// <param name="scores">Shape [N].</param>
    /// <param name="outcomes">Shape [N]; at least one right.</param>
    /// <exception cref="ArgumentException">The shapes differ, or no item is right: then it is undefined.</exception>
    public static double AveragePrecision(ReadOnlySpan<double> scores, ReadOnlySpan<bool> outcomes)
    {
        double positives = CountPositives(scores, outcomes);
        if (positives == 0)
        {
            throw new ArgumentException("No item is right; average precision is undefined.", nameof(outcomes));
        }
        int[] order = Descending(scores);
        double found = 0;
        double sum = 0;
        for (int i = 0; i < order.Length;)
        {
            double before = found;
            int end = i;
            for (; end < order.Length && scores[order[end]] == scores[order[i]]; end++)
            {
                found += outcomes[order[end]] ? 1 : 0;
            }
            sum += (found - before) / positives * (found / end);
            i = end;
        }
        return sum;
    }

    /// <summary>Accuracy against coverage, items by descending confidence, ties in input order.</summary>
    /// <param name="confidences">Shape [N], N ≥ 1.</param>
    /// <param name="correct">Shape [N]; each 0 … 1.</param>
    /// <remarks>Source: El-Yaniv and Wiener (2010); Geifman et al. (2019) for the area.</remarks>
    /// <exception cref="ArgumentException">The shapes differ, or there are no items.</exception>
    public static RiskCoverage RiskCoverage(ReadOnlySpan<double> confidences, ReadOnlySpan<double> correct)
    {
        if (confidences.Length != correct.Length || correct.IsEmpty)
        {
            throw new ArgumentException($"There are {confidences.Length} confidences and {correct.Length} outcomes; give as many of each, at least one.", nameof(correct));
        }
        int[] order = Descending(confidences);
        double[] coverage = new double[order.Length];
        double[] accuracy = new double[order.Length];
        double right = 0;
        for (int i = 0; i < order.Length; i++)
        {
            right += correct[order[i]];
            coverage[i] = (i + 1.0) / order.Length;
            accuracy[i] = right / (i + 1);
        }
        return new RiskCoverage(coverage, accuracy, 1 - accuracy.Average()) { Order = order };
    }

    private static int[] Descending(ReadOnlySpan<double> scores)
    {
        double[] copy = scores.ToArray();
        return [.. Enumerable.Range(0, copy.Length).OrderByDescending(i => copy[i])];
    }

    private static double CountPositives(ReadOnlySpan<double> scores, ReadOnlySpan<bool> outcomes)
    {
        if (scores.Length != outcomes.Length)
        {
            throw new ArgumentException($"There are {scores.Length} scores and {outcomes.Length} outcomes; give as many of each.", nameof(outcomes));
        }
        return outcomes.Count(true);
    }
}
