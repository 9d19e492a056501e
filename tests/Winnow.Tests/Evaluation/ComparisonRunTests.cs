using CsCheck;
using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Tests.Evaluation;

public sealed class ComparisonRunTests
{
    [Fact]
    public async Task One_thread_and_two_give_equal_results()
    {
        ComparisonPlan plan = ScriptedComparisons.Plan(40, ScriptedComparisons.AllStrategies());
        ComparisonResult one = await ScriptedComparisons.RunAsync(plan);
        ComparisonResult two = await ScriptedComparisons.RunAsync(plan with { Threads = 2 });
        Assert.Equal(ScriptedComparisons.WithoutTimes(one), ScriptedComparisons.WithoutTimes(two));
        ComparisonResult other = await ScriptedComparisons.RunAsync(plan with { Seed = 12 });
        Assert.NotEqual(ScriptedComparisons.WithoutTimes(one), ScriptedComparisons.WithoutTimes(other), StringComparer.Ordinal);
    }

    [Fact]
    public void No_strategy_is_ever_over_its_budget() =>
        Gen.Select(Gen.Long[1, 120], Gen.Double[0, 0.3], Gen.Int[0, 2], Gen.ULong).Sample(
            (budget, failureRate, scorerTokens, seed) =>
            {
                ComparisonPlan plan = ScriptedComparisons.Plan(3, ScriptedComparisons.AllStrategies()) with { Budgets = [budget], Seed = seed };
                ScriptedProposer proposer = new(ScriptedComparisons.Tree, new ScriptedCosts { FailureRate = failureRate });
                ScriptedScorer scorer = new(ScriptedComparisons.Tree, ScoreRange.Probability, scorerTokens);
                Comparison comparison = new(plan, proposer, scorer);
                comparison.RunAsync(cancellationToken: TestContext.Current.CancellationToken).GetAwaiter().GetResult();
                Assert.All(comparison.Result().Transcripts, transcript => Assert.InRange(transcript.Result.Usage.Tokens, 0, budget));
            },
            iter: 60);

    [Fact]
    public async Task Strategies_with_equal_settings_read_the_same_draws_and_each_pays()
    {
        CountingProposer alone = new(new ScriptedProposer(ScriptedComparisons.Tree));
        ComparisonResult majorityAlone = await ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(20, new Majority()) with { Budgets = [60] }, alone);
        CountingProposer together = new(new ScriptedProposer(ScriptedComparisons.Tree));
        ComparisonResult both = await ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(20, new Majority(), new Oracle()) with { Budgets = [60] }, together);

        Assert.Equal(alone.Drawn, together.Drawn);
        Assert.Equal(alone.Drawn, majorityAlone.Rows[0].TokensGenerated);
        Assert.Equal(majorityAlone.Rows[0].TokensGenerated, both.Rows[0].TokensGenerated);
        Assert.Equal(both.Rows[0].TokensGenerated, both.Rows[1].TokensGenerated);
        Assert.Equal(both.Rows[0].Coverage, both.Rows[1].Accuracy);
    }

    [Fact]
    public async Task Strategies_read_the_same_scores_and_each_pays()
    {
        ScriptedScorer scorer = new(ScriptedComparisons.Tree, tokensPerToken: 2);
        CountingScorer alone = new(scorer);
        await ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(20, new BestOfN()) with { Budgets = [60] }, scorer: alone);
        CountingScorer together = new(scorer);
        ComparisonResult result = await ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(20, new WeightedMajority(), new BestOfN()), scorer: together);

        Assert.Equal(alone.Asked, together.Asked);
        foreach (Transcript transcript in result.Transcripts)
        {
            SearchContext context = new()
            {
                Ledger = new Ledger(new Budget { MaxTokens = 60 }),
                Uniforms = HashedUniforms.For(11, "problem:" + transcript.Problem.Id),
            };
            SearchResult own = await Strategies.Create(transcript.Result.Strategy).SolveAsync(
                transcript.Problem, new ScriptedProposer(ScriptedComparisons.Tree), scorer, context, TestContext.Current.CancellationToken);
            Assert.True(own.Usage.ScorerTokens > 0);
            Assert.Equal(own.Usage, transcript.Result.Usage);
            Assert.Equal(own.Answer, transcript.Result.Answer);
            Assert.Equal(own.Candidates.Select(candidate => candidate.Score?.Value), transcript.Result.Candidates.Select(candidate => candidate.Score?.Value));
        }
    }

    [Fact]
    public async Task A_larger_budget_reads_what_a_smaller_one_drew()
    {
        CountingProposer large = new(new ScriptedProposer(ScriptedComparisons.Tree));
        await ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(20, new Majority()) with { Budgets = [600] }, large);
        CountingProposer both = new(new ScriptedProposer(ScriptedComparisons.Tree));
        ComparisonResult result = await ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(20, new Majority()) with { Budgets = [300, 600] }, both);
        Assert.True(result.Rows[0].TokensGenerated > 0);
        // Only the draw that the smaller cap cut short is drawn for it alone.
        Assert.InRange(both.Drawn - large.Drawn, 0, 20 * 10);
    }

    [Fact]
    public async Task A_stored_draw_is_the_draw_that_the_strategy_would_have_made()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        ComparisonResult compared = await ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(12, new RepeatedSampling(), new Majority(), new WeightedMajority()));
        foreach (Transcript transcript in compared.Transcripts)
        {
            SearchContext context = new()
            {
                Ledger = new Ledger(new Budget { MaxTokens = 60 }),
                Uniforms = HashedUniforms.For(11, "problem:" + transcript.Problem.Id),
            };
            SearchResult own = await Strategies.Create(transcript.Result.Strategy).SolveAsync(
                transcript.Problem, new ScriptedProposer(ScriptedComparisons.Tree), new ScriptedScorer(ScriptedComparisons.Tree), context, cancellationToken);
            Assert.Equal(own.Answer, transcript.Result.Answer);
            Assert.Equal(own.Usage, transcript.Result.Usage);
            Assert.Equal(own.Candidates.Select(candidate => (candidate.Answer.Text, candidate.Answer.State)), transcript.Result.Candidates.Select(candidate => (candidate.Answer.Text, candidate.Answer.State)));
        }
    }

    [Fact]
    public async Task Rows_count_what_happened()
    {
        ComparisonResult result = await ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(50, new Greedy(), new Majority(), new Oracle()));
        Assert.Equal(["greedy", "greedy", "majority", "majority", "oracle", "oracle"], result.Rows.Select(row => row.Strategy), StringComparer.Ordinal);
        Assert.Equal([20L, 60, 20, 60, 20, 60], result.Rows.Select(row => row.Budget));
        foreach (ComparisonRow row in result.Rows)
        {
            int right = row.Correct.Count(correct => correct);
            Assert.Equal(50, row.N);
            Assert.Equal(right / 50.0, row.Accuracy);
            Interval interval = BinomialIntervals.Wilson(right, 50);
            Assert.Equal((interval.Low, interval.High), (row.CiLow, row.CiHigh));
            Assert.InRange(row.Coverage, row.Accuracy, 1);
            Transcript[] own = [.. result.Transcripts.Where(transcript => transcript.Result.Strategy == row.Strategy)];
            if (row.Budget == 60)
            {
                Assert.Equal(own.Sum(transcript => transcript.Result.Usage.TokensGenerated), row.TokensGenerated);
                Assert.Equal(own.Sum(transcript => transcript.Result.Candidates.Count(candidate => candidate.Key is null)), row.Failures);
                Assert.Equal(own.Average(transcript => transcript.Result.Candidates.Count), row.MeanCandidates, 12);
            }
        }
        Assert.True(result.Rows[3].Failures > 0, "the tree has answers without a result");
    }

    [Fact]
    public async Task A_strategy_without_a_usable_scorer_is_left_out_with_the_reason()
    {
        Comparison comparison = new(ScriptedComparisons.Plan(3, new Greedy(), new BestOfN()), new ScriptedProposer(ScriptedComparisons.Tree));
        await comparison.RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        ComparisonResult result = comparison.Result();
        LeftOut left = Assert.Single(result.LeftOut);
        Assert.Equal("best-of-n", left.Strategy);
        Assert.Contains("scorer", left.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Rows, row => row.Strategy == "best-of-n");
        Assert.Throws<ArgumentException>(() => new Comparison(ScriptedComparisons.Plan(3, new BestOfN()), new ScriptedProposer(ScriptedComparisons.Tree)));
    }

    [Fact]
    public async Task What_the_world_fails_on_is_listed_and_the_rest_goes_on()
    {
        RuledStrategy greedy = new("greedy", problem => problem.Id == "p1" ? throw new WinnowException("The endpoint did not answer.") : "7");
        ComparisonResult result = await ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(4, greedy) with { Budgets = [60] });
        UnfinishedProblem unfinished = Assert.Single(result.Unfinished);
        Assert.Equal(new UnfinishedProblem("greedy", 60, "p1", "The endpoint did not answer."), unfinished);
        Assert.Equal([true, false, true, true], result.Rows[0].Correct);
        Assert.Equal(1, result.Rows[0].Failures);
    }

    [Fact]
    public async Task A_mistake_of_the_program_is_not_taken_for_the_world()
    {
        RuledStrategy broken = new("broken", _ => throw new InvalidOperationException("a bug"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(2, broken)));
    }

    [Fact]
    public async Task A_stopped_run_keeps_what_is_finished_and_goes_on_to_the_same_result()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ComparisonPlan plan = ScriptedComparisons.Plan(30, new Greedy(), new Majority());
        Comparison stopped = new(plan, new ScriptedProposer(ScriptedComparisons.Tree));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.RunAsync(new StopAfter(stop, 50), stop.Token));
        ComparisonResult part = stopped.Result();
        Assert.InRange(part.Problems, 1, 29);
        Assert.Equal(30, part.PlannedProblems);
        Assert.All(part.Rows, row => Assert.Equal(part.Problems, row.N));

        await stopped.RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ScriptedComparisons.WithoutTimes(await ScriptedComparisons.RunAsync(plan)), ScriptedComparisons.WithoutTimes(stopped.Result()));
    }

    [Fact]
    public async Task Progress_tells_every_cell_once()
    {
        List<ComparisonProgress> told = [];
        ComparisonPlan plan = ScriptedComparisons.Plan(10, new Greedy(), new Majority()) with { Threads = 2 };
        Comparison comparison = new(plan, new ScriptedProposer(ScriptedComparisons.Tree));
        await comparison.RunAsync(new Listener(told), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 40), told.Select(progress => progress.Done));
        Assert.All(told, progress => Assert.Equal(40, progress.Total));
        Assert.Equal(comparison.Result().Rows.Sum(row => row.TokensGenerated + row.ScorerTokens), told[^1].Tokens);
        Assert.Equal(10, told.Last(progress => progress.Strategy == "majority" && progress.Budget == 60).Answered);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_budget_below_one_token_is_refused(long budget) =>
        Assert.Contains(budget.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Assert.Throws<ArgumentOutOfRangeException>(() => ScriptedComparisons.Plan(3, new Greedy()) with { Budgets = [budget] }).Message, StringComparison.Ordinal);

    [Fact]
    public void A_plan_refuses_what_cannot_be_compared()
    {
        ComparisonPlan plan = ScriptedComparisons.Plan(3, new Greedy());
        Assert.Throws<ArgumentException>(() => plan with { Budgets = [] });
        Assert.Throws<ArgumentException>(() => plan with { Budgets = [60, 20] });
        Assert.Throws<ArgumentException>(() => plan with { Strategies = [] });
        Assert.Throws<ArgumentException>(() => plan with { Strategies = [new Greedy(), new Greedy()] });
        Assert.Throws<ArgumentOutOfRangeException>(() => plan with { Problems = 0 });
        Assert.Throws<ArgumentException>(() => new Comparison(plan with { Task = ScriptedComparisons.Task(0) }, new ScriptedProposer(ScriptedComparisons.Tree)));
    }

    [Fact]
    public void Problems_are_spread_over_the_task_and_none_twice() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 80]).Sample((all, asked) =>
        {
            IReadOnlyList<Problem> chosen = (ScriptedComparisons.Plan(all, new Greedy()) with { Problems = asked }).ChosenProblems();
            int[] places = [.. chosen.Select(problem => int.Parse(problem.Id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture))];
            Assert.Equal(Math.Min(all, asked), places.Length);
            Assert.Equal(places.Distinct().Order(), places);
            Assert.All(places.Zip(places.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, all / places.Length, (all / places.Length) + 1));
        });

    private sealed class StopAfter(CancellationTokenSource stop, int done) : IProgress<ComparisonProgress>
    {
        public void Report(ComparisonProgress value)
        {
            if (value.Done >= done)
            {
                stop.Cancel();
            }
        }
    }

    private sealed class Listener(List<ComparisonProgress> told) : IProgress<ComparisonProgress>
    {
        public void Report(ComparisonProgress value) => told.Add(value);
    }
}
