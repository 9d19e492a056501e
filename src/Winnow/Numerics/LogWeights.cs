using System.Numerics.Tensors;

namespace Winnow.Numerics;

/// <summary>Arithmetic on logarithms of unnormalised weights that neither overflows nor underflows.</summary>
/// <remarks>Everything is shifted by the largest value first. Cost: O(N), no allocation unless said.</remarks>
public static class LogWeights
{
    /// <summary>ln Σ exp(v).</summary>
    /// <param name="values">Shape [N], N ≥ 1; natural logs; −∞ and +∞ allowed.</param>
    /// <returns>−∞ where every value is −∞; NaN where a value is.</returns>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double LogSumExp(ReadOnlySpan<double> values)
    {
        ThrowIfEmpty(values, nameof(values));
        double max = TensorPrimitives.Max(values);
        if (!double.IsFinite(max))
        {
            return max;
        }
        double sum = 0;
        foreach (double value in values)
        {
            sum += Math.Exp(value - max);
        }
        return max + Math.Log(sum);
    }

    /// <summary>ln of the mean of exp(v).</summary>
    /// <param name="values">Shape [N], N ≥ 1; natural logs.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double LogMeanExp(ReadOnlySpan<double> values) => LogSumExp(values) - Math.Log(values.Length);

    /// <summary>ln of the weighted mean of exp(v).</summary>
    /// <param name="values">Shape [N], N ≥ 1; natural logs.</param>
    /// <param name="weights">Shape [N]; at least 0, not all 0; need not sum to 1.</param>
    /// <exception cref="ArgumentException">The shapes differ, a weight is negative or NaN, or all are 0.</exception>
    public static double LogMeanExp(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        ThrowIfEmpty(values, nameof(values));
        if (values.Length != weights.Length)
        {
            throw new ArgumentException($"There are {values.Length} values and {weights.Length} weights; give one weight for each value.", nameof(weights));
        }
        double total = Weights.Sum(weights);
        double max = double.NegativeInfinity;
        for (int i = 0; i < values.Length; i++)
        {
            if (weights[i] > 0)
            {
                max = Math.Max(max, values[i]);
            }
        }
        if (!double.IsFinite(max))
        {
            return max;
        }
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (weights[i] > 0)
            {
                sum += weights[i] * Math.Exp(values[i] - max);
            }
        }
        return max + Math.Log(sum / total);
    }

    /// <summary>The probabilities that log-weights stand for: exp(w) / Σ exp(w).</summary>
    /// <param name="logWeights">Shape [N], N ≥ 1; natural logs, unnormalised; −∞ allowed, not all −∞; no NaN, no +∞.</param>
    /// <param name="weights">Shape [N]; receives numbers that sum to 1. May be the same memory as <paramref name="logWeights"/>.</param>
    /// <returns>ln Σ exp(w), from which the mean unnormalised weight follows.</returns>
    /// <exception cref="ArgumentException">The shapes differ, all weights are 0, or a log-weight is NaN or +∞.</exception>
    public static double Normalise(ReadOnlySpan<double> logWeights, Span<double> weights)
    {
        double logSum = CheckedLogSum(logWeights, weights.Length);
        for (int i = 0; i < logWeights.Length; i++)
        {
            weights[i] = Math.Exp(logWeights[i] - logSum);
        }
        return logSum;
    }

    /// <summary>The same, left in logs: w − ln Σ exp(w).</summary>
    /// <param name="logWeights">As for <see cref="Normalise"/>.</param>
    /// <param name="normalised">Shape [N]; may be the same memory.</param>
    /// <returns>ln Σ exp(w).</returns>
    /// <exception cref="ArgumentException">As for <see cref="Normalise"/>.</exception>
    public static double NormaliseInLogs(ReadOnlySpan<double> logWeights, Span<double> normalised)
    {
        double logSum = CheckedLogSum(logWeights, normalised.Length);
        TensorPrimitives.Subtract(logWeights, logSum, normalised);
        return logSum;
    }

    /// <summary>The effective sample size of log-weights, (Σ w)² / Σ w².</summary>
    /// <param name="logWeights">As for <see cref="Normalise"/>.</param>
    /// <returns>From 1 (one weight has everything) to N (all equal).</returns>
    /// <exception cref="ArgumentException">As for <see cref="Normalise"/>.</exception>
    public static double EffectiveSampleSize(ReadOnlySpan<double> logWeights)
    {
        CheckedLogSum(logWeights, logWeights.Length);
        double max = TensorPrimitives.Max(logWeights);
        double sum = 0;
        double squares = 0;
        foreach (double logWeight in logWeights)
        {
            double weight = Math.Exp(logWeight - max);
            sum += weight;
            squares += weight * weight;
        }
        return sum * sum / squares;
    }

    /// <summary>The probabilities of logits at a temperature: exp(x / T) / Σ exp(x / T).</summary>
    /// <param name="logits">Shape [N], N ≥ 1; −∞ allowed, not all −∞.</param>
    /// <param name="probabilities">Shape [N]; receives numbers that sum to 1.</param>
    /// <param name="temperature">Greater than 0, finite.</param>
    /// <exception cref="ArgumentException">The temperature is not positive, or as for <see cref="Normalise"/>.</exception>
    public static void Softmax(ReadOnlySpan<double> logits, Span<double> probabilities, double temperature = 1)
    {
        LogSoftmax(logits, probabilities, temperature);
        TensorPrimitives.Exp(probabilities[..logits.Length], probabilities);
    }

    /// <summary>The logarithms of what <see cref="Softmax"/> gives.</summary>
    /// <param name="logits">Shape [N], N ≥ 1; −∞ allowed, not all −∞.</param>
    /// <param name="logProbs">Shape [N].</param>
    /// <param name="temperature">Greater than 0, finite.</param>
    /// <exception cref="ArgumentException">The temperature is not positive, or as for <see cref="Normalise"/>.</exception>
    public static void LogSoftmax(ReadOnlySpan<double> logits, Span<double> logProbs, double temperature = 1)
    {
        if (!(temperature > 0) || double.IsInfinity(temperature))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, $"Temperature is {temperature}; it must be positive and finite. Take the largest logit for the limit at 0.");
        }
        CheckShape(logits, logProbs.Length);
        TensorPrimitives.Divide(logits, temperature, logProbs);
        NormaliseInLogs(logProbs[..logits.Length], logProbs[..logits.Length]);
    }

    private static double CheckedLogSum(ReadOnlySpan<double> logWeights, int room)
    {
        CheckShape(logWeights, room);
        double logSum = LogSumExp(logWeights);
        return double.IsFinite(logSum)
            ? logSum
            : throw new ArgumentException(
                double.IsNegativeInfinity(logSum)
                    ? $"All {logWeights.Length} log-weights are −∞; at least one must be finite."
                    : "A log-weight is NaN or +∞; they must be finite or −∞.",
                nameof(logWeights));
    }

    private static void CheckShape(ReadOnlySpan<double> values, int room)
    {
        ThrowIfEmpty(values, nameof(values));
        if (room < values.Length)
        {
            throw new ArgumentException($"There is room for {room} results of {values.Length} values; give a span of the same length.", nameof(room));
        }
    }

    private static void ThrowIfEmpty(ReadOnlySpan<double> values, string name)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException("There are no values; give at least one.", name);
        }
    }
}
