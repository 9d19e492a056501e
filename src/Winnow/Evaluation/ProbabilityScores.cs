namespace Winnow.Evaluation;

/// <summary>Murphy's parts of the Brier score: score = reliability − resolution + uncertainty.</summary>
/// <param name="Reliability">Squared distance of stated from observed rates; 0 is perfect.</param>
/// <param name="Resolution">Spread of the observed rates; more is better.</param>
/// <param name="Uncertainty">Variance of the outcomes, which nobody can help.</param>
/// <param name="Brier">The score.</param>
public sealed record BrierDecomposition(double Reliability, double Resolution, double Uncertainty, double Brier);

/// <summary>Proper scores of stated probabilities; lower is better.</summary>
public static class ProbabilityScores
{
    /// <summary>Mean (q − y)².</summary>
    /// <param name="probabilities">Shape [N], N ≥ 1; each 0 … 1.</param>
    /// <param name="outcomes">Shape [N]; each 0 … 1.</param>
    /// <remarks>Source: Brier (1950), the form for two classes.</remarks>
    /// <exception cref="ArgumentException">The shapes differ, there are no items, or a number lies outside [0, 1].</exception>
    public static double Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> outcomes)
    {
        Check(probabilities, outcomes);
        double sum = 0;
        for (int i = 0; i < outcomes.Length; i++)
        {
            sum += (probabilities[i] - outcomes[i]) * (probabilities[i] - outcomes[i]);
        }
        return sum / outcomes.Length;
    }

    /// <summary>Mean over items of Σ over classes (q − y)².</summary>
    /// <param name="probabilities">Shape [N][C], N ≥ 1.</param>
    /// <param name="labels">Shape [N]; the right class of each item.</param>
    /// <exception cref="ArgumentException">The shapes differ, there are no items, or a label is no class.</exception>
    public static double BrierMulticlass(IReadOnlyList<double[]> probabilities, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Count != labels.Length || labels.IsEmpty)
        {
            throw new ArgumentException($"There are {probabilities.Count} rows and {labels.Length} labels; give as many of each, at least one.", nameof(labels));
        }
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double[] row = probabilities[i];
            if ((uint)labels[i] >= (uint)row.Length)
            {
                throw new ArgumentException($"Label {i} is {labels[i]}; there are {row.Length} classes.", nameof(labels));
            }
            for (int c = 0; c < row.Length; c++)
            {
                double gap = row[c] - (c == labels[i] ? 1 : 0);
                sum += gap * gap;
            }
        }
        return sum / labels.Length;
    }

    /// <summary>The Brier score in parts, exact because items are grouped by distinct probability.</summary>
    /// <param name="probabilities">Shape [N], N ≥ 1; each 0 … 1.</param>
    /// <param name="outcomes">Shape [N]; each 0 … 1.</param>
    /// <remarks>Source: Murphy (1973).</remarks>
    /// <exception cref="ArgumentException">As for <see cref="Brier"/>.</exception>
    public static BrierDecomposition Decompose(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> outcomes)
    {
        double brier = Brier(probabilities, outcomes);
        double n = outcomes.Length;
        double rate = outcomes.ToArray().Average();
        var groups = probabilities.ToArray().Zip(outcomes.ToArray()).GroupBy(pair => pair.First, pair => pair.Second)
            .Select(group => (Stated: group.Key, Count: group.Count(), Observed: group.Average())).ToArray();
        return new BrierDecomposition(
            groups.Sum(g => g.Count / n * Math.Pow(g.Stated - g.Observed, 2)),
            groups.Sum(g => g.Count / n * Math.Pow(g.Observed - rate, 2)),
            rate * (1 - rate), brier);
    }

    /// <summary>Mean −ln of the probability given to what happened. Unit: nats.</summary>
    /// <param name="probabilities">Shape [N], N ≥ 1; each 0 … 1.</param>
    /// <param name="outcomes">Shape [N]; each 0 … 1.</param>
    /// <param name="clip">Probabilities are moved into [clip, 1 − clip]; 0 leaves them, so that a certain error costs +∞.</param>
    /// <exception cref="ArgumentException">As for <see cref="Brier"/>.</exception>
    public static double LogLoss(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> outcomes, double clip = 0)
    {
        Check(probabilities, outcomes);
        double sum = 0;
        for (int i = 0; i < outcomes.Length; i++)
        {
            double q = Math.Clamp(probabilities[i], clip, 1 - clip);
            if (outcomes[i] > 0)
            {
                sum -= outcomes[i] * Math.Log(q);
            }
            if (outcomes[i] < 1)
            {
                sum -= (1 - outcomes[i]) * Math.Log(1 - q);
            }
        }
        return sum / outcomes.Length;
    }

    internal static void Check(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> outcomes)
    {
        if (probabilities.Length != outcomes.Length || outcomes.IsEmpty)
        {
            throw new ArgumentException($"There are {probabilities.Length} probabilities and {outcomes.Length} outcomes; give as many of each, at least one.", nameof(outcomes));
        }
        for (int i = 0; i < outcomes.Length; i++)
        {
            if (!(probabilities[i] >= 0 && probabilities[i] <= 1 && outcomes[i] >= 0 && outcomes[i] <= 1))
            {
                throw new ArgumentException($"Item {i} has probability {probabilities[i]} and outcome {outcomes[i]}; both must lie in [0, 1].", nameof(probabilities));
            }
        }
    }
}
