using System.Diagnostics;
using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Reproductions;

/// <summary>
/// The claims of "Large Language Monkeys: Scaling Inference Compute with Repeated Sampling" (Brown et al., 2024) on a
/// small model: coverage keeps rising along an exponentiated power law while a vote flattens.
/// </summary>
/// <param name="open">Opens a model that draws; its scorer is not used.</param>
public sealed class RepeatedSamplingClaims(Func<CancellationToken, Task<ReproductionSetting>> open) : IReproduction
{
    private const ulong Seed = 1;
    private const int Subsets = 50;

    /// <inheritdoc/>
    public string PaperId => "repeated-sampling";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClaimResult>> RunAsync(ReproductionEffort effort, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        (int problems, int draws, int seeds) = effort switch
        {
            ReproductionEffort.Quick => (36, 64, 1),
            ReproductionEffort.Default => (200, 256, 2),
            _ => (int.MaxValue, 1024, 4),
        };
        var watch = Stopwatch.StartNew();
        (IProposer proposer, _, TaskSet task) = await open(cancellationToken).ConfigureAwait(false);
        Problem[] chosen = [.. task.Problems.Take(problems)];
        var samples = new Sample[chosen.Length];
        int done = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, chosen.Length, parallel, async (i, token) =>
        {
            samples[i] = await DrawAsync(proposer, chosen[i], draws, seeds, token).ConfigureAwait(false);
            progress?.Report($"{Interlocked.Increment(ref done)} of {chosen.Length} problems, {draws * seeds} draws each");
        }).ConfigureAwait(false);
        return [.. OnModel(samples, draws, watch), BetaTail(watch)];
    }

    /// <summary>Draws of one problem.</summary>
    private sealed record Sample(Problem Problem, IReadOnlyList<Candidate> Draws, int Right)
    {
        public double PassAt1 => Right / (double)Draws.Count;

        public double Coverage(int k) => PassAtK.Any(Draws.Count, Right, k);

        /// <summary>Accuracy of the majority of k draws, over random subsets.</summary>
        public double Majority(int k)
        {
            var vote = new MajorityVote();
            double right = 0;
            for (int subset = 0; subset < Subsets; subset++)
            {
                Candidate[] picked = SplitMix64.For(Seed, Problem.Id, subset).PickDistinct(Draws, k);
                string? answer = vote.Choose(picked).Answer;
                right += answer is not null && Problem.Checker.IsCorrect(Problem, answer) ? 1.0 / Subsets : 0;
            }
            return right;
        }
    }

    private static async Task<Sample> DrawAsync(IProposer proposer, Problem problem, int draws, int seeds, CancellationToken cancellationToken)
    {
        List<Candidate> candidates = [];
        for (int s = 0; s < seeds; s++)
        {
            var context = new SearchContext { Ledger = new Ledger(Budget.Unlimited), Uniforms = HashedUniforms.For(Numerics.Seeds.Derive(Seed, "draws", s), problem.Id) };
            SearchResult result = await new Majority(new() { Samples = draws }).SolveAsync(problem, proposer, null, context, cancellationToken).ConfigureAwait(false);
            candidates.AddRange(result.Candidates);
        }
        return new Sample(problem, candidates, candidates.Count(c => c.Key is { } key && problem.Checker.IsCorrect(problem, key)));
    }

    private List<ClaimResult> OnModel(Sample[] samples, int draws, Stopwatch watch)
    {
        double[] ks = [.. PowersOfTwo(draws)];
        double[] coverage = [.. ks.Select(k => samples.Average(sample => sample.Coverage((int)k)))];
        double passAt1 = coverage[0];
        List<ClaimResult> claims =
        [
            Measurement.Exceeds(
                PaperId, "Coverage keeps rising with the number of draws.", $"share of problems solved by any of {draws} draws, less pass@1",
                0, [.. samples.Select(sample => sample.Coverage(draws) - sample.PassAt1)], expected: true, passAt1, Seed, watch),
        ];

        ExponentiatedPowerLaw law = ExponentiatedPowerLaw.Fit(ks, coverage);
        double residual = ks.Zip(coverage, (k, c) => Math.Abs(law.At(k) - c)).Max();
        claims.Add(Measurement.Exact(
            PaperId, "Coverage follows an exponentiated power law exp(a·k^b).", $"largest distance of the fit a = {law.A:0.000}, b = {law.B:0.000} from coverage, k = 1 … {draws} (holds up to 0.03)",
            residual, holds: residual <= 0.03, expected: true, watch));

        int fitted = ks.Length - 3;
        ExponentiatedPowerLaw early = ExponentiatedPowerLaw.Fit(ks.AsSpan(0, fitted), coverage.AsSpan(0, fitted));
        double error = early.At(draws) - coverage[^1];
        claims.Add(Measurement.Exact(
            PaperId, "The law extrapolates: coverage is predicted from an eighth of the draws.", $"predicted less observed coverage at {draws} draws, fitted on k ≤ {ks[fitted - 1]} (holds within 0.05)",
            error, holds: Math.Abs(error) <= 0.05, expected: true, watch));

        Sample[] uncertain = [.. samples.Where(sample => sample.PassAt1 < 0.5)];
        if (uncertain.Length >= 2)
        {
            double modalWrong = uncertain.Count(sample => sample.Majority(sample.Draws.Count) < 0.5) / (double)uncertain.Length;
            double[] majority = [.. uncertain.Select(sample => sample.Majority(draws))];
            claims.Add(Measurement.Exceeds(
                PaperId, "A majority vote flattens while coverage rises: choosing is the bottleneck.",
                $"coverage less accuracy of the vote at {draws} draws, on the {uncertain.Length} problems with pass@1 below one half; on {modalWrong:P0} of them the most frequent answer is wrong (holds above 0.05)",
                0.05, [.. uncertain.Select((sample, i) => sample.Coverage(draws) - majority[i])], expected: true, majority.Average(), Seed, watch));
        }
        return claims;
    }

    /// <summary>Where chances of success are Beta(α, β), the law's exponent is near −α: the hard problems decide.</summary>
    private ClaimResult BetaTail(Stopwatch watch)
    {
        const double alpha = 0.3;
        const double beta = 3;
        double[] ks = [.. PowersOfTwo(8192)];
        double[] coverage = [.. ks.Select(k => 1 - Math.Exp(
            MathNet.Numerics.SpecialFunctions.GammaLn(beta + k) - MathNet.Numerics.SpecialFunctions.GammaLn(alpha + beta + k)
            + MathNet.Numerics.SpecialFunctions.GammaLn(alpha + beta) - MathNet.Numerics.SpecialFunctions.GammaLn(beta)))];
        double exponent = ExponentiatedPowerLaw.Fit(ks, coverage).B;
        return Measurement.Exact(
            PaperId, "The exponent comes from the hardest problems: chances drawn from Beta(α, β) give b near −α.", "fitted b for Beta(0.3, 3), k = 1 … 8192 (holds within 0.1 of −0.3)",
            exponent, holds: Math.Abs(exponent + alpha) <= 0.1, expected: true, watch, baseline: -alpha);
    }

    private static IEnumerable<double> PowersOfTwo(int last)
    {
        for (int k = 1; k <= last; k *= 2)
        {
            yield return k;
        }
    }
}
