using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>
/// Paired permutation tests: if two systems were equal, the sign of each difference could as well be the other one.
/// The statistic is the sum of the differences (or, which is the same test, their mean).
/// </summary>
/// <remarks>
/// Source: Fisher (1935); Good (2005). Ties count as extreme, with a relative slack of 10⁻¹² for rounding.
/// For clustered items pass the sum of the differences of each cluster.
/// </remarks>
public static class PermutationTest
{
    /// <summary>Most differences that are not 0 for which every sign pattern is visited.</summary>
    public const int MaxExact = 24;

    private const double Slack = 1e-12;
    private const string Purpose = "permutation";

    /// <summary>The exact test over all sign patterns.</summary>
    /// <param name="differences">Shape [N], N ≥ 1; at most <see cref="MaxExact"/> of them other than 0.</param>
    /// <returns>The two-sided p-value, and the one-sided one of a positive sum.</returns>
    /// <remarks>Cost: O(2ᴺ) by a Gray code, one addition for each pattern.</remarks>
    /// <exception cref="ArgumentException">There are none or too many differences, or one is not finite.</exception>
    public static (double TwoSided, double Greater) Exact(ReadOnlySpan<double> differences)
    {
        double[] used = NonZero(differences);
        if (used.Length > MaxExact)
        {
            throw new ArgumentException($"{used.Length} differences are not 0; all sign patterns can be visited for at most {MaxExact}. Draw some of them instead.", nameof(differences));
        }
        double observed = used.Sum();
        double scale = used.Sum(Math.Abs);
        double limit = Math.Abs(observed) - Slack * scale;
        long patterns = 1L << used.Length;
        long twoSided = 0;
        long greater = 0;
        double[] signed = [.. used];
        double sum = observed;
        for (long pattern = 1; ; pattern++)
        {
            twoSided += Math.Abs(sum) >= limit ? 1 : 0;
            greater += sum >= observed - Slack * scale ? 1 : 0;
            if (pattern == patterns)
            {
                break;
            }
            int flip = System.Numerics.BitOperations.TrailingZeroCount(pattern);
            sum -= 2 * signed[flip];
            signed[flip] = -signed[flip];
        }
        return ((double)twoSided / patterns, (double)greater / patterns);
    }

    /// <summary>The test over given sign patterns: (1 + number as extreme) / (1 + R).</summary>
    /// <param name="differences">Shape [N], N ≥ 1.</param>
    /// <param name="signs">Shape [R][N]; +1 or −1.</param>
    /// <returns>The two-sided p-value.</returns>
    /// <exception cref="ArgumentException">There are no differences, one is not finite, or the shapes differ.</exception>
    public static double WithSigns(ReadOnlySpan<double> differences, IReadOnlyList<int[]> signs)
    {
        ArgumentNullException.ThrowIfNull(signs);
        double limit = Limit(differences);
        int extreme = 0;
        foreach (int[] pattern in signs)
        {
            if (pattern.Length != differences.Length)
            {
                throw new ArgumentException($"A pattern has {pattern.Length} signs for {differences.Length} differences.", nameof(signs));
            }
            double sum = 0;
            for (int i = 0; i < pattern.Length; i++)
            {
                sum += pattern[i] * differences[i];
            }
            extreme += Math.Abs(sum) >= limit ? 1 : 0;
        }
        return (1.0 + extreme) / (1 + signs.Count);
    }

    /// <summary>The test over drawn sign patterns.</summary>
    /// <param name="differences">Shape [N], N ≥ 1.</param>
    /// <param name="uniforms">Seeded source.</param>
    /// <param name="patterns">R, at least 1.</param>
    /// <returns>The two-sided p-value (1 + number as extreme) / (1 + R); never 0.</returns>
    /// <remarks>Cost: O(R·N); 64 signs come from each hashed word.</remarks>
    /// <exception cref="ArgumentException">There are no differences, one is not finite, or R is below 1.</exception>
    public static double Drawn(ReadOnlySpan<double> differences, IUniforms uniforms, int patterns = 10_000)
    {
        ArgumentNullException.ThrowIfNull(uniforms);
        ArgumentOutOfRangeException.ThrowIfLessThan(patterns, 1);
        double limit = Limit(differences);
        int extreme = 0;
        for (int r = 0; r < patterns; r++)
        {
            RandomWords stream = RandomWords.At(uniforms, Purpose, r);
            double sum = 0;
            ulong word = 0;
            for (int i = 0; i < differences.Length; i++)
            {
                if (i % 64 == 0)
                {
                    word = stream.Next();
                }
                sum += (word & 1) == 0 ? differences[i] : -differences[i];
                word >>>= 1;
            }
            extreme += Math.Abs(sum) >= limit ? 1 : 0;
        }
        return (1.0 + extreme) / (1 + patterns);
    }

    /// <summary>The sum of the differences of each cluster, in order of first appearance: whole clusters change sign together.</summary>
    /// <param name="differences">Shape [N].</param>
    /// <param name="clusters">Shape [N]; any integers, at least two different ones.</param>
    /// <returns>Shape [C].</returns>
    /// <exception cref="ArgumentException">The shapes differ, or there are fewer than two clusters.</exception>
    public static double[] ClusterDifferences(ReadOnlySpan<double> differences, ReadOnlySpan<int> clusters) =>
        ClusterSums.Of(differences, clusters).Sums;

    private static double Limit(ReadOnlySpan<double> differences)
    {
        double[] used = NonZero(differences);
        return Math.Abs(used.Sum()) - Slack * used.Sum(Math.Abs);
    }

    private static double[] NonZero(ReadOnlySpan<double> differences)
    {
        if (differences.IsEmpty)
        {
            throw new ArgumentException("There are no differences; give at least one.", nameof(differences));
        }
        var used = new List<double>(differences.Length);
        for (int i = 0; i < differences.Length; i++)
        {
            if (!double.IsFinite(differences[i]))
            {
                throw new ArgumentException($"Difference {i} is {differences[i]}; differences must be finite.", nameof(differences));
            }
            if (differences[i] != 0)
            {
                used.Add(differences[i]);
            }
        }
        return [.. used];
    }
}
