using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Lab.Measuring;

/// <summary>A problem with answers drawn to it and what each of some scorers says of them.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Greedy">The most probable answer, token by token.</param>
/// <param name="Draws">Answers drawn at temperature 1, in draw order.</param>
/// <param name="Scores">Shape [scorers][draws]; NaN where there is no score.</param>
internal sealed record DrawnProblem(Problem Problem, Candidate Greedy, IReadOnlyList<Candidate> Draws, IReadOnlyList<double[]> Scores)
{
    /// <summary>Draws answers to a problem and has them scored.</summary>
    public static async Task<DrawnProblem> DrawAsync(
        IProposer proposer, IReadOnlyList<IScorer> scorers, Problem problem, int draws, ulong seed, CancellationToken cancellationToken)
    {
        var context = new SearchContext { Ledger = new Ledger(Budget.Unlimited), Uniforms = HashedUniforms.For(seed, problem.Id) };
        IReadOnlyList<Candidate> greedy = await RowsAsync(proposer, [], problem, 1, 0, context, [], cancellationToken).ConfigureAwait(false);
        List<double[]> scores = [];
        IReadOnlyList<Candidate> rows = await RowsAsync(proposer, scorers, problem, draws, 1, context, scores, cancellationToken).ConfigureAwait(false);
        return new DrawnProblem(problem, greedy[0], rows, scores);
    }

    /// <summary>Whether a candidate's answer is right; one without an answer is not.</summary>
    public bool IsRight(Candidate candidate) => candidate.Key is { } key && Problem.Checker.IsCorrect(Problem, key);

    private static async Task<IReadOnlyList<Candidate>> RowsAsync(
        IProposer proposer, IReadOnlyList<IScorer> scorers, Problem problem, int draws, double temperature, SearchContext context, List<double[]> scores, CancellationToken cancellationToken)
    {
        IPopulation population = proposer.Open(problem, context);
        await using var owned = population.ConfigureAwait(false);
        await population.GrowAsync(draws, cancellationToken).ConfigureAwait(false);
        int[] all = [.. Enumerable.Range(0, draws)];
        var rule = new StepRule { ToEnd = true, Temperature = temperature, MaxTokens = proposer.Info.MaxAnswerTokens };
        await population.StepAsync(all, rule, cancellationToken).ConfigureAwait(false);
        foreach (IScorer scorer in scorers)
        {
            IScoring scoring = scorer.Open(problem, context);
            await using var ownedScoring = scoring.ConfigureAwait(false);
            var given = new Score[draws];
            await scoring.ScoreAsync(population, all, given, cancellationToken).ConfigureAwait(false);
            // Log-probabilities of steps are summed up already; chances of steps are multiplied here.
            StepAggregation aggregation = scorer.Info.Range == ScoreRange.Probability ? StepAggregation.Product : StepAggregation.Last;
            scores.Add([.. given.Select(score => StepScores.Aggregate(score, aggregation).Value)]);
        }
        return [.. population.Rows.Select(row => new Candidate
        {
            Answer = row,
            Key = row.State == RowState.Finished ? problem.Answers.Canonical(row.Text) : null,
        })];
    }
}
