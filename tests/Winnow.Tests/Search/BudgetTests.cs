using System.Text.Json;
using System.Text.Json.Serialization;
using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;

namespace Winnow.Tests.Search;

public sealed class BudgetTests
{
    /// <summary>The evidence of a sweep in which everything failed is the log of 0.</summary>
    private static readonly JsonSerializerOptions Record = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    [Fact]
    public void No_column_is_ever_over_its_cap_whatever_the_strategy_the_tree_and_the_failures()
    {
        const int Cases = 10_000;
        int draws = 0;
        int answered = 0;
        for (int i = 0; i < Cases; i++)
        {
            Random random = new(i);
            ScriptedTree tree = RandomTrees.Make(random, depth: 1 + random.Next(4));
            Budget budget = new()
            {
                MaxTokens = random.Next(3) > 0 ? random.Next(250) : null,
                MaxCalls = random.Next(3) == 0 ? random.Next(20) : null,
                MaxSeconds = random.Next(3) == 0 ? random.Next(60) * 0.7 : null,
                MaxCost = random.Next(3) == 0 ? random.Next(100) * 0.03m : null,
            };
            ScriptedCosts costs = new() { SecondsPerToken = 0.3, CostPerToken = 0.01m, FailureRate = random.Next(2) * 0.2 };
            IStrategy strategy = AnyStrategy(random, mayLeaveSamplesOpen: budget.MaxTokens is not null);
            ScriptedScorer scorer = new(tree, ScoreRange.Probability, tokensPerToken: random.Next(3));
            Ledger ledger = new(budget);
            SearchResult result = RandomTrees.Solve(strategy, tree, scorer, budget, (ulong)i, costs, ledger, random.Next(2) == 0 ? null : 1 + random.Next(20));

            Assert.True(budget.Covers(ledger.Used), $"case {i}: {strategy.Id} used {ledger.Used} of {budget}");
            Assert.Equal(budget.Less(ledger.Used), ledger.Remaining);
            Assert.Equal(ledger.Used, result.Usage);
            Assert.All(result.Candidates, candidate => Assert.True(candidate.Answer.State == RowState.Finished || (candidate.Key is null && candidate.Weight == 0)));
            Assert.DoesNotContain(result.Candidates, candidate => candidate.Answer.State == RowState.Active);
            draws += result.Candidates.Count;
            answered += result.Answer is null ? 0 : 1;
        }
        Assert.InRange(draws, 3 * Cases, 60 * Cases);
        Assert.InRange(answered, Cases / 2, Cases);
    }

    [Fact]
    public void Most_of_a_token_budget_is_used_although_every_draw_reserves_its_worst_case()
    {
        double used = 0;
        for (int i = 0; i < 200; i++)
        {
            ScriptedTree tree = RandomTrees.Make(new Random(i));
            SearchResult result = RandomTrees.Solve(new Majority(), tree, null, new Budget { MaxTokens = 200 }, (ulong)i);
            used += result.Usage.Tokens / 200.0;
        }
        Assert.InRange(used / 200, 0.99, 1.0);
    }

    [Fact]
    public void Strategies_of_whole_answers_read_the_same_draws_whatever_their_budgets()
    {
        int fewer = 0;
        for (int i = 0; i < 50; i++)
        {
            ScriptedTree tree = RandomTrees.Make(new Random(i));
            ScriptedScorer scorer = new(tree, tokensPerToken: 1);
            string[] majority = Texts(RandomTrees.Solve(new Majority(), tree, null, new Budget { MaxTokens = 150 }, (ulong)i));
            string[] best = Texts(RandomTrees.Solve(new BestOfN(), tree, scorer, new Budget { MaxTokens = 150 }, (ulong)i));
            string[] many = Texts(RandomTrees.Solve(new RepeatedSampling(new() { Samples = 150 }), tree, null, Budget.Unlimited, (ulong)i));
            Assert.True(best.Length <= majority.Length && majority.Length <= many.Length);
            Assert.Equal(best[..^1], majority[..(best.Length - 1)]);
            Assert.Equal(majority[..^1], many[..(majority.Length - 1)]);
            fewer += best.Length < majority.Length ? 1 : 0;
        }
        Assert.InRange(fewer, 45, 50);

        static string[] Texts(SearchResult result) => [.. result.Candidates.Select(candidate => candidate.Answer.Text)];
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_same_seed_gives_the_same_record_at_any_concurrency(string id)
    {
        string[] Run(int concurrency)
        {
            string[] records = new string[48];
            ParallelOptions options = new() { MaxDegreeOfParallelism = concurrency, CancellationToken = TestContext.Current.CancellationToken };
            Parallel.For(0, records.Length, options, i =>
            {
                ScriptedTree tree = RandomTrees.Make(new Random(i));
                ScriptedScorer scorer = new(tree, tokensPerToken: 1);
                ScriptedCosts costs = new() { FailureRate = 0.05 };
                records[i] = JsonSerializer.Serialize(RandomTrees.Solve(Strategies.Create(id), tree, scorer, new Budget { MaxTokens = 300 }, (ulong)i, costs), Record);
            });
            return records;
        }

        string[] alone = Run(1);
        Assert.Equal(alone, Run(8));
        Assert.True(alone.Distinct(StringComparer.Ordinal).Count() > 40);
    }

    public static IEnumerable<TheoryDataRow<string>> Ids() => Strategies.Ids.Select(id => new TheoryDataRow<string>(id));

    private static IStrategy AnyStrategy(Random random, bool mayLeaveSamplesOpen)
    {
        int? samples = mayLeaveSamplesOpen && random.Next(2) == 0 ? null : 1 + random.Next(24);
        ScoredAnswerOptions draws = new() { Samples = samples, SkipsUnanimous = random.Next(2) == 0, Aggregation = (StepAggregation)random.Next(4) };
        BeamOptions beam = new()
        {
            Rows = samples,
            Width = 1 + random.Next(5),
            MaxSteps = 1 + random.Next(5),
            LastStepRunsToEnd = random.Next(2) == 0,
            Lookahead = random.Next(3) / 2,
            FiltersDuplicates = random.Next(2) == 0,
            Convention = (BeamConvention)random.Next(3),
        };
        ParticleFilterOptions particles = new()
        {
            Particles = samples,
            MaxSteps = 1 + random.Next(5),
            Weight = new[] { ParticleWeight.Odds, ParticleWeight.Incremental, ParticleWeight.Product, ParticleWeight.AbsoluteOdds }[random.Next(4)],
            Schedule = (ResamplingSchedule)random.Next(3),
            Scheme = (ResamplingScheme)random.Next(5),
            FreezesFinished = random.Next(2) == 0,
            Choice = (ParticleChoice)random.Next(3),
        };
        return random.Next(10) switch
        {
            0 => new Greedy(),
            1 => new RepeatedSampling(draws),
            2 => new Majority(draws),
            3 => new WeightedMajority(draws),
            4 => new BestOfN(draws),
            5 => new Oracle(draws),
            6 => new Beam(beam),
            7 => new Dvts(beam),
            8 => new ParticleFilter(particles),
            _ => new ParticleGibbs(GibbsOf(random, particles)),
        };
    }

    private static ParticleGibbsOptions GibbsOf(Random random, ParticleFilterOptions particles)
    {
        int sweeps = 1 + random.Next(4);
        int references = random.Next(3);
        return new ParticleGibbsOptions
        {
            Rows = particles.Particles is { } count ? sweeps * (count + references) : null,
            Iterations = sweeps,
            References = references,
            ReferenceWeight = particles.Weight == ParticleWeight.AbsoluteOdds ? (ReferenceWeight)random.Next(2) : ReferenceWeight.OwnStep,
            Filter = particles with { Particles = null, FreezesFinished = false },
        };
    }
}
