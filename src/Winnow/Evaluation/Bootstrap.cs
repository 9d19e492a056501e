using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>A statistic of a sample.</summary>
/// <param name="sample">Shape [N].</param>
public delegate double SampleStatistic(ReadOnlySpan<double> sample);

/// <summary>
/// Bootstrap intervals: the data are drawn anew with replacement R times, and the spread of the statistic over these
/// resamples stands for its sampling error.
/// </summary>
/// <remarks>
/// Sources: Efron and Tibshirani (1993) for percentile, basic and BCa; Davison and Hinkley (1997) for clusters.
/// Each replicate has its own stream of indices, seeded by <see cref="IUniforms"/> from the replicate's number, so
/// replicates do not depend on one another or on any order. Do not read the share of replicates above 0 as a
/// p-value: use <see cref="McNemarTest"/> or <see cref="PermutationTest"/>.
/// </remarks>
public static class Bootstrap
{
    /// <summary>Resamples drawn where nothing else is said.</summary>
    public const int DefaultResamples = 10_000;

    private const string Purpose = "bootstrap";

    /// <summary>Intervals of a mean.</summary>
    /// <param name="values">Shape [N], N ≥ 2; one for each item: average repeats of an item first.</param>
    /// <param name="uniforms">Seeded source.</param>
    /// <param name="resamples">R, at least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <remarks>Cost: O(R·N), about 3 ns for each draw; nothing is allocated for a resample.</remarks>
    /// <exception cref="ArgumentException">There are fewer than two values, one is not finite, or a number lies outside its range.</exception>
    public static BootstrapResult Mean(
        ReadOnlySpan<double> values, IUniforms uniforms, int resamples = DefaultResamples, double alpha = 0.05)
    {
        ArgumentNullException.ThrowIfNull(uniforms);
        Check(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        double[] replicates = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            replicates[r] = ResampledSum(values, RandomWords.At(uniforms, Purpose, r)) / values.Length;
        }
        double total = 0;
        foreach (double value in values)
        {
            total += value;
        }
        double[] leaveOneOut = new double[values.Length];
        for (int i = 0; i < leaveOneOut.Length; i++)
        {
            leaveOneOut[i] = (total - values[i]) / (values.Length - 1);
        }
        return FromReplicates(total / values.Length, replicates, leaveOneOut, alpha);
    }

    /// <summary>Intervals of the mean difference b − a of two systems on the same items: both are drawn with the same indices.</summary>
    /// <param name="a">Shape [N], N ≥ 2; one score for each item.</param>
    /// <param name="b">Shape [N]; the same items in the same order.</param>
    /// <param name="uniforms">Seeded source.</param>
    /// <param name="resamples">R, at least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <exception cref="ArgumentException">The shapes differ, or as for <see cref="Mean"/>.</exception>
    public static BootstrapResult PairedDifference(
        ReadOnlySpan<double> a, ReadOnlySpan<double> b, IUniforms uniforms, int resamples = DefaultResamples, double alpha = 0.05)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"A has {a.Length} scores and B {b.Length}; give both for the same items in the same order.", nameof(b));
        }
        double[] differences = new double[a.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = b[i] - a[i];
        }
        return Mean(differences, uniforms, resamples, alpha);
    }

    /// <summary>Intervals of the mean over items that come in clusters: whole clusters are drawn.</summary>
    /// <param name="values">Shape [N].</param>
    /// <param name="clusters">Shape [N]; the cluster of each item, any integers; at least two different ones.</param>
    /// <param name="uniforms">Seeded source.</param>
    /// <param name="resamples">R, at least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <remarks>A replicate is the mean over all items of the drawn clusters, so larger clusters weigh more. Cost: O(R·C).</remarks>
    /// <exception cref="ArgumentException">The shapes differ, there are fewer than two clusters, or as for <see cref="Mean"/>.</exception>
    public static BootstrapResult ClusteredMean(
        ReadOnlySpan<double> values, ReadOnlySpan<int> clusters, IUniforms uniforms, int resamples = DefaultResamples, double alpha = 0.05)
    {
        ArgumentNullException.ThrowIfNull(uniforms);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        Check(values);
        (double[] sums, double[] counts) = ClusterSums.Of(values, clusters);
        double[] replicates = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            // Each call copies the stream: the same clusters are drawn for the numerator and the denominator.
            RandomWords stream = RandomWords.At(uniforms, Purpose, r);
            replicates[r] = ResampledSum(sums, stream) / ResampledSum(counts, stream);
        }
        double total = values.Length;
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }
        double[] leaveOneOut = new double[sums.Length];
        for (int c = 0; c < leaveOneOut.Length; c++)
        {
            leaveOneOut[c] = (sum - sums[c]) / (total - counts[c]);
        }
        return FromReplicates(sum / total, replicates, leaveOneOut, alpha);
    }

    /// <summary>Intervals of any statistic.</summary>
    /// <param name="values">Shape [N], N ≥ 2.</param>
    /// <param name="statistic">Called R + N + 1 times.</param>
    /// <param name="uniforms">Seeded source.</param>
    /// <param name="resamples">R, at least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>.</exception>
    public static BootstrapResult Of(
        ReadOnlySpan<double> values, SampleStatistic statistic, IUniforms uniforms, int resamples = DefaultResamples, double alpha = 0.05)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentNullException.ThrowIfNull(uniforms);
        Check(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        double[] sample = new double[values.Length];
        double[] replicates = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            RandomWords stream = RandomWords.At(uniforms, Purpose, r);
            for (int i = 0; i < sample.Length; i++)
            {
                sample[i] = values[RandomWords.Below(stream.Next() >>> 32, sample.Length)];
            }
            replicates[r] = statistic(sample);
        }
        return FromReplicates(statistic(values), replicates, LeaveOneOut(values, statistic), alpha);
    }

    /// <summary>The statistic of resamples whose positions are given, for example to replay another program's run.</summary>
    /// <param name="values">Shape [N].</param>
    /// <param name="indices">Shape [R][M]; positions in 0 … N−1.</param>
    /// <param name="statistic">Called R times.</param>
    /// <returns>Shape [R], in the order of <paramref name="indices"/>.</returns>
    public static double[] ReplicatesAt(ReadOnlySpan<double> values, IReadOnlyList<int[]> indices, SampleStatistic statistic)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(statistic);
        double[] replicates = new double[indices.Count];
        for (int r = 0; r < replicates.Length; r++)
        {
            double[] sample = new double[indices[r].Length];
            for (int i = 0; i < sample.Length; i++)
            {
                sample[i] = values[indices[r][i]];
            }
            replicates[r] = statistic(sample);
        }
        return replicates;
    }

    /// <summary>The means of resamples of whole clusters whose positions are given.</summary>
    /// <param name="values">Shape [N].</param>
    /// <param name="clusters">Shape [N]; the cluster of each item.</param>
    /// <param name="indices">Shape [R][C]; positions of clusters in their order of first appearance.</param>
    /// <returns>Shape [R].</returns>
    /// <exception cref="ArgumentException">The shapes differ, or there are fewer than two clusters.</exception>
    public static double[] ClusteredReplicatesAt(ReadOnlySpan<double> values, ReadOnlySpan<int> clusters, IReadOnlyList<int[]> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        (double[] sums, double[] counts) = ClusterSums.Of(values, clusters);
        return [.. indices.Select(drawn => drawn.Sum(c => sums[c]) / drawn.Sum(c => counts[c]))];
    }

    /// <summary>The statistic without each item in turn.</summary>
    /// <param name="values">Shape [N], N ≥ 2.</param>
    /// <param name="statistic">Called N times.</param>
    /// <returns>Shape [N].</returns>
    /// <exception cref="ArgumentException">There are fewer than two values.</exception>
    public static double[] LeaveOneOut(ReadOnlySpan<double> values, SampleStatistic statistic)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        Check(values);
        double[] rest = values[1..].ToArray();
        double[] left = new double[values.Length];
        for (int i = 0; i < left.Length; i++)
        {
            left[i] = statistic(rest);
            if (i < rest.Length)
            {
                rest[i] = values[i];
            }
        }
        return left;
    }

    /// <summary>The acceleration of BCa: the skewness of leave-one-out values.</summary>
    /// <param name="leaveOneOut">Shape [N].</param>
    /// <returns>NaN where all are equal.</returns>
    public static double Acceleration(ReadOnlySpan<double> leaveOneOut)
    {
        double mean = 0;
        foreach (double value in leaveOneOut)
        {
            mean += value / leaveOneOut.Length;
        }
        double squares = 0;
        double cubes = 0;
        double scale = 0;
        foreach (double value in leaveOneOut)
        {
            double gap = mean - value;
            squares += gap * gap;
            cubes += gap * gap * gap;
            scale = Math.Max(scale, Math.Abs(value));
        }
        bool allEqual = squares <= leaveOneOut.Length * Square(1e-15 * scale);
        return allEqual ? double.NaN : cubes / (6 * Math.Pow(squares, 1.5));
    }

    /// <summary>Intervals from replicates computed elsewhere.</summary>
    /// <param name="estimate">The statistic of the data themselves.</param>
    /// <param name="replicates">Shape [R], R ≥ 1; sorted in place and kept.</param>
    /// <param name="leaveOneOut">Shape [N]; the statistic without each item (or cluster) in turn; empty gives no BCa.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <remarks>Cost: O(R log R).</remarks>
    /// <exception cref="ArgumentException">There are no replicates, or α lies outside (0, 1).</exception>
    public static BootstrapResult FromReplicates(double estimate, double[] replicates, ReadOnlySpan<double> leaveOneOut, double alpha = 0.05)
    {
        ArgumentNullException.ThrowIfNull(replicates);
        double z = Distributions.NormalCritical(alpha);
        Array.Sort(replicates);
        var plain = new Interval(alpha / 2, 1 - alpha / 2);
        Interval percentile = QuantilesAt(replicates, plain);
        double bias = BiasCorrection(estimate, replicates);
        double acceleration = Acceleration(leaveOneOut);
        double lowFactor = 1 - acceleration * (bias - z);
        double highFactor = 1 - acceleration * (bias + z);
        bool isDefined = double.IsFinite(bias) && double.IsFinite(acceleration) && lowFactor > 0 && highFactor > 0;
        Interval levels = isDefined
            ? new Interval(
                Distributions.NormalCdf(bias + (bias - z) / lowFactor),
                Distributions.NormalCdf(bias + (bias + z) / highFactor))
            : plain;
        return new BootstrapResult
        {
            Estimate = estimate,
            StandardError = StandardDeviation(replicates),
            Percentile = percentile,
            Basic = new Interval(2 * estimate - percentile.High, 2 * estimate - percentile.Low),
            Bca = isDefined ? QuantilesAt(replicates, levels) : percentile,
            IsBcaDefined = isDefined,
            BiasCorrection = bias,
            Acceleration = acceleration,
            BcaLevels = levels,
            Replicates = replicates,
        };
    }

    private static double BiasCorrection(double estimate, double[] replicates)
    {
        double below = 0;
        foreach (double replicate in replicates)
        {
            below += replicate < estimate ? 1 : replicate == estimate ? 0.5 : 0;
        }
        return Distributions.NormalQuantile(below / replicates.Length);
    }

    private static Interval QuantilesAt(double[] sorted, Interval levels) =>
        new(Quantiles.OfSorted(sorted, levels.Low), Quantiles.OfSorted(sorted, levels.High));

    private static double StandardDeviation(double[] values)
    {
        double mean = 0;
        foreach (double value in values)
        {
            mean += value;
        }
        mean /= values.Length;
        double squares = 0;
        foreach (double value in values)
        {
            squares += Square(value - mean);
        }
        return Math.Sqrt(squares / (values.Length - 1));
    }

    /// <summary>The sum of N draws with replacement. Two indices come from each word; four sums run side by side.</summary>
    private static double ResampledSum(ReadOnlySpan<double> values, RandomWords stream)
    {
        int n = values.Length;
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= n; i += 4)
        {
            ulong first = stream.Next();
            ulong second = stream.Next();
            s0 += values[RandomWords.Below(first >>> 32, n)];
            s1 += values[RandomWords.Below((uint)first, n)];
            s2 += values[RandomWords.Below(second >>> 32, n)];
            s3 += values[RandomWords.Below((uint)second, n)];
        }
        for (; i < n; i++)
        {
            s0 += values[RandomWords.Below(stream.Next() >>> 32, n)];
        }
        return (s0 + s1) + (s2 + s3);
    }

    private static double Square(double x) => x * x;

    private static void Check(ReadOnlySpan<double> values)
    {
        if (values.Length < 2)
        {
            throw new ArgumentException($"There are {values.Length} values; the bootstrap needs at least two.", nameof(values));
        }
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new ArgumentException($"Value {i} is {values[i]}; values must be finite. Leave out what could not be scored, and count it.", nameof(values));
            }
        }
    }
}
