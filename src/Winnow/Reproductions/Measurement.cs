using System.Diagnostics;
using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Reproductions;

/// <summary>What reproductions share: strategies on many problems at once, and a claim about a mean.</summary>
internal static class Measurement
{
    /// <summary>Whether each problem is answered rightly. Problems run on all cores; the outcome does not depend on it.</summary>
    public static async Task<double[]> AccuracyAsync(
        IStrategy strategy, IReadOnlyList<Problem> problems, IProposer proposer, IScorer? scorer, Budget budget, ulong seed, CancellationToken cancellationToken)
    {
        var right = new double[problems.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, problems.Count, parallel, async (i, token) =>
        {
            var context = new SearchContext { Ledger = new Ledger(budget), Uniforms = HashedUniforms.For(seed, problems[i].Id) };
            SearchResult result = await strategy.SolveAsync(problems[i], proposer, scorer, context, token).ConfigureAwait(false);
            right[i] = result.Answer is { } answer && problems[i].Checker.IsCorrect(problems[i], answer) ? 1 : 0;
        }).ConfigureAwait(false);
        return right;
    }

    /// <summary>A claim that a mean over problems exceeds a threshold: it holds where the whole 95 % interval does.</summary>
    public static ClaimResult Exceeds(
        string id, string claim, string metric, double threshold, ReadOnlySpan<double> values, bool expected, double? baseline, ulong seed, Stopwatch watch) =>
        OfMean(id, claim, metric, values, mean => mean.Low > threshold, expected, baseline, seed, watch);

    /// <summary>A claim that a mean lies between two numbers: it holds where the whole 95 % interval does.</summary>
    public static ClaimResult Within(
        string id, string claim, string metric, double low, double high, ReadOnlySpan<double> values, bool expected, double? baseline, ulong seed, Stopwatch watch) =>
        OfMean(id, claim, metric, values, mean => mean.Low >= low && mean.High <= high, expected, baseline, seed, watch);

    /// <summary>A claim about a number that has no sampling error.</summary>
    public static ClaimResult Exact(string id, string claim, string metric, double measured, bool holds, bool expected, Stopwatch watch, double? baseline = null) => new()
    {
        Id = id,
        Claim = claim,
        Metric = metric,
        Baseline = baseline,
        Measured = measured,
        Holds = holds,
        Expected = expected,
        Seconds = watch.Elapsed.TotalSeconds,
    };

    /// <summary>Element-wise difference of two columns.</summary>
    public static double[] Difference(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private static ClaimResult OfMean(
        string id, string claim, string metric, ReadOnlySpan<double> values, Func<Interval, bool> holds, bool expected, double? baseline, ulong seed, Stopwatch watch)
    {
        BootstrapResult mean = Bootstrap.Mean(values, HashedUniforms.For(seed, claim));
        return new ClaimResult
        {
            Id = id,
            Claim = claim,
            Metric = metric,
            Baseline = baseline,
            Measured = mean.Estimate,
            CiLow = mean.Percentile.Low,
            CiHigh = mean.Percentile.High,
            Holds = holds(mean.Percentile),
            Expected = expected,
            Seconds = watch.Elapsed.TotalSeconds,
        };
    }
}
