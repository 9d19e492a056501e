using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Search;

namespace Winnow.Lab.Measuring;

/// <summary>How well a scorer tells right answers from wrong ones, and what choosing by it is worth.</summary>
internal sealed record VerifierMeasurement
{
    public required string Scorer { get; init; }

    /// <summary>Problems with right and wrong draws, the only ones in which a scorer can tell them apart.</summary>
    public required int MixedProblems { get; init; }

    /// <summary>Area under the ROC curve within a problem, averaged over the mixed ones.</summary>
    public required double WithinAuroc { get; init; }

    public required Interval WithinAurocInterval { get; init; }

    /// <summary>The same over all draws of all problems together. It mostly says how hard each problem is.</summary>
    public required double PooledAuroc { get; init; }

    /// <summary>Choices by the scorer among N draws.</summary>
    public required IReadOnlyList<SelectionCell> Selections { get; init; }

    /// <summary>Measures one scorer of drawn problems.</summary>
    /// <param name="scorer">What it is.</param>
    /// <param name="index">Its place in <see cref="DrawnProblem.Scores"/>.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="sizes">Values of N.</param>
    /// <param name="subsets">Random subsets of the draws that each figure averages over.</param>
    /// <param name="seed">Seed of subsets and intervals.</param>
    public static VerifierMeasurement Of(ScorerInfo scorer, int index, IReadOnlyList<DrawnProblem> problems, IReadOnlyList<int> sizes, int subsets, ulong seed)
    {
        List<double> within = [];
        List<bool> pooledLabels = [];
        List<double> pooledScores = [];
        foreach (DrawnProblem drawn in problems)
        {
            List<bool> labels = [];
            List<double> scores = [];
            for (int i = 0; i < drawn.Draws.Count; i++)
            {
                if (!double.IsNaN(drawn.Scores[index][i]) && drawn.Draws[i].Key is not null)
                {
                    labels.Add(drawn.IsRight(drawn.Draws[i]));
                    scores.Add(drawn.Scores[index][i]);
                }
            }
            if (labels.Contains(true) && labels.Contains(false))
            {
                within.Add(Discrimination.Auroc(scores.ToArray(), labels.ToArray()));
            }
            pooledLabels.AddRange(labels);
            pooledScores.AddRange(scores);
        }
        BootstrapResult interval = Bootstrap.Mean(within.ToArray(), HashedUniforms.For(seed, "within"));
        return new VerifierMeasurement
        {
            Scorer = scorer.Name,
            MixedProblems = within.Count,
            WithinAuroc = interval.Estimate,
            WithinAurocInterval = interval.Percentile,
            PooledAuroc = Discrimination.Auroc(pooledScores.ToArray(), pooledLabels.ToArray()),
            Selections = [.. sizes.Select(size => SelectionCell.Of(scorer.Range, index, problems, size, subsets, seed))],
        };
    }
}

/// <summary>Accuracies of choices among N draws, averaged over random subsets, with paired differences over problems.</summary>
internal sealed record SelectionCell
{
    public required int N { get; init; }

    public required double Random { get; init; }

    public required double Greedy { get; init; }

    public required double Majority { get; init; }

    public required double BestOfN { get; init; }

    public required double WeightedVote { get; init; }

    public required double Oracle { get; init; }

    public required Interval BestOfNOverMajority { get; init; }

    public required Interval WeightedVoteOverMajority { get; init; }

    public required Interval WeightedVoteOverGreedy { get; init; }

    public static SelectionCell Of(ScoreRange range, int index, IReadOnlyList<DrawnProblem> problems, int size, int subsets, ulong seed)
    {
        int n = problems.Count;
        double[] random = new double[n], greedy = new double[n], majority = new double[n], best = new double[n], weighted = new double[n], oracle = new double[n];
        IAnswerAggregator[] choices = [new MajorityVote(), new BestScore(), new WeightedVote(range)];
        Parallel.For(0, n, i =>
        {
            DrawnProblem drawn = problems[i];
            bool[] right = [.. drawn.Draws.Select(drawn.IsRight)];
            int[] all = [.. Enumerable.Range(0, right.Length)];
            greedy[i] = drawn.IsRight(drawn.Greedy) ? 1 : 0;
            random[i] = right.Count(isRight => isRight) / (double)right.Length;
            oracle[i] = PassAtK.Any(right.Length, right.Count(isRight => isRight), size);
            double[][] sums = [majority, best, weighted];
            for (int subset = 0; subset < subsets; subset++)
            {
                int[] picked = SplitMix64.For(seed, drawn.Problem.Id, subset).PickDistinct(all, Math.Min(size, all.Length));
                Candidate[] scored = [.. picked.Select(draw => drawn.Draws[draw] with { Score = ScoreOf(drawn.Scores[index][draw]) })];
                Candidate[] plain = [.. picked.Select(draw => drawn.Draws[draw])];
                for (int c = 0; c < choices.Length; c++)
                {
                    string? answer = choices[c].Choose(c == 0 ? plain : scored).Answer;
                    sums[c][i] += answer is not null && drawn.Problem.Checker.IsCorrect(drawn.Problem, answer) ? 1.0 / subsets : 0;
                }
            }
        });
        Interval Difference(double[] a, double[] b) => Bootstrap.PairedDifference(a, b, HashedUniforms.For(seed, "selection", size)).Percentile;
        return new SelectionCell
        {
            N = size,
            Random = random.Average(),
            Greedy = greedy.Average(),
            Majority = majority.Average(),
            BestOfN = best.Average(),
            WeightedVote = weighted.Average(),
            Oracle = oracle.Average(),
            BestOfNOverMajority = Difference(majority, best),
            WeightedVoteOverMajority = Difference(majority, weighted),
            WeightedVoteOverGreedy = Difference(greedy, weighted),
        };
    }

    private static Score ScoreOf(double value) => double.IsNaN(value) ? Score.None("not scored") : Score.Of(value);
}
