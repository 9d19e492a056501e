using System.Text.Json;
using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;
using Winnow.Testing.Conformance;
using Winnow.Tests.Search;

namespace Winnow.Tests.Conformance;

/// <summary>Choosing among whole answers, and what drawing them costs.</summary>
public sealed class AnswerRows : IConformanceRows
{
    private const double Tie = 1e-12;

    public string Family => "search";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["answer_select"] = Select,
        ["best_of_n_select"] = BestOfNSelect,
        ["best_of_n_exact"] = row => Exactly(row, BestOfNDistribution),
        ["majority_vote_exact"] = row => Exactly(row, (run, n) => VoteDistribution(run, n, _ => 1, breaksTiesByScore: row.Params.Text("ties")!.StartsWith("higher", StringComparison.Ordinal))),
        ["weighted_vote_exact"] = row => Exactly(row, (run, n) => VoteDistribution(run, n, score => score, breaksTiesByScore: false)),
        ["sampling_ledger"] = SamplingLedger,
    };

    private static object Select(ConformanceRow row)
    {
        string?[] answers = [.. row.Input.GetProperty("answers").EnumerateArray().Select(e => e.GetString())];
        Candidate[] candidates = [.. answers.Zip(row.Input.Doubles("scores")).Select(pair => CandidateOf(pair.First, pair.Second))];
        IAnswerAggregator aggregator = row.Params.Text("mode") switch
        {
            "majority" => new MajorityVote(),
            "weighted" => new WeightedVote(ScoreRange.Probability),
            _ => new BestScore(),
        };
        AnswerChoice choice = aggregator.Choose(candidates);
        return new
        {
            selected_index = choice.Selected < 0 ? null : (int?)choice.Selected,
            answer = choice.Answer,
            votes = choice.Votes.ToDictionary(vote => vote.Answer, vote => vote.Weight, StringComparer.Ordinal),
        };
    }

    private static Candidate CandidateOf(string? answer, double score) => new()
    {
        Answer = PartialAnswer.Empty with { State = RowState.Finished },
        Key = answer,
        Score = double.IsNaN(score) ? Score.None("not a number") : Score.Of(score),
    };

    private static object BestOfNSelect(ConformanceRow row)
    {
        string[] texts = row.Input.Strings("texts");
        string[] distinct = [.. texts.Distinct(StringComparer.Ordinal)];
        JsonElement table = row.Input.GetProperty("score_table");
        ScriptedTree tree = new(
            [-1, .. distinct.Select(_ => 0)],
            [1, .. distinct.Select(_ => 1.0 / distinct.Length)],
            [0, .. distinct.Select(text => table.Number(text))],
            answers: [null, .. distinct]);
        CountingScorer scorer = new(new ScriptedScorer(tree, ScoreRange.Real));
        SearchContext context = new() { Ledger = new Ledger(Budget.Unlimited), Uniforms = new SlotUniforms(slot => (Array.IndexOf(distinct, texts[slot]) + 0.5) / distinct.Length) };
        Task<SearchResult> solved = new BestOfN(new ScoredAnswerOptions { Samples = texts.Length, SkipsUnanimous = true })
            .SolveAsync(ScriptedTree.ProblemFor(row.Id, null), new ScriptedProposer(tree), scorer, context, TestContext.Current.CancellationToken);
        SearchResult result = solved.GetAwaiter().GetResult();
        return new { scores = result.Candidates.Select(candidate => candidate.Score!.Value.Value).ToArray(), selected_index = result.Selected, scorer_calls = scorer.Calls };
    }

    private static object SamplingLedger(ConformanceRow row)
    {
        double[][] uniforms = row.Input.Matrix("uniforms");
        var run = new ScriptedRow(row);
        int prompt = row.Params.Whole("prompt_tokens");
        Ledger ledger = new(Budget.Unlimited);
        SearchContext context = new() { Ledger = ledger, Uniforms = new SlotUniforms((slot, step) => uniforms[slot][step]) };
        Task<SearchResult> solved = new RepeatedSampling(new WholeAnswerOptions { Samples = row.Params.Whole("samples") }).SolveAsync(
            ScriptedTree.ProblemFor(row.Id, run.Gold), new ScriptedProposer(run.Tree, new ScriptedCosts { PromptTokens = prompt }), null, context, TestContext.Current.CancellationToken);
        PartialAnswer[] draws = [.. solved.GetAwaiter().GetResult().Candidates.Select(candidate => candidate.Answer)];
        int[] leaves = run.Nodes(draws);
        return new
        {
            leaves,
            generated_tokens = ledger.Used.TokensGenerated,
            prompt_tokens_each_sample_resent = ledger.Used.PromptTokens,
            prompt_tokens_cached_once = ledger.Used.ForwardTokens - ledger.Used.TokensGenerated,
            forward_tokens_no_sharing = ledger.Used.PromptTokens + ledger.Used.TokensGenerated,
            forward_tokens_prompt_shared = ledger.Used.ForwardTokens,
            forward_tokens_prefix_trie = prompt + leaves.SelectMany(run.Tree.PathTo).Distinct().Sum(node => run.Tree.Tokens[node]),
            outcome_scorer_calls = draws.Length,
            outcome_scorer_calls_distinct = leaves.Distinct().Count(),
            process_scorer_calls = draws.Sum(draw => draw.Steps),
        };
    }

    private static object Exactly(ConformanceRow row, Func<ScriptedRow, int, Dictionary<string, double>> distribution)
    {
        var run = new ScriptedRow(row);
        Dictionary<string, double>[] all = [.. row.Params.Ints("N").Select(n => distribution(run, n))];
        return new
        {
            accuracy = all.Select(d => run.Gold is { } gold ? d.GetValueOrDefault(gold) : 0).ToArray(),
            answer_distribution = all.Select(d => d.Where(entry => entry.Value > 0).ToDictionary(StringComparer.Ordinal)).ToArray(),
        };
    }

    private static Outcome[] Outcomes(ScriptedRow run)
    {
        StepAggregation aggregation = run.Row.Params.Has("aggregator") ? BeamReplayRows.AggregationOf(run.Row.Params.Text("aggregator")!) : StepAggregation.Last;
        return
        [
            .. run.Leaves
                .Select(leaf => (Answer: run.Tree.Answers[leaf], Leaf: leaf))
                .Select(leaf => new Outcome(
                    leaf.Answer,
                    leaf.Answer is null ? double.NaN : StepScores.Aggregate([.. run.Tree.PathTo(leaf.Leaf).Select(node => run.Tree.Scores![node])], aggregation),
                    Math.Exp(run.Tree.Answer(leaf.Leaf).LogProb!.Value)))
                .GroupBy(leaf => (leaf.Answer, leaf.Score))
                .Select(group => new Outcome(group.Key.Answer, group.Key.Score, group.Sum(leaf => leaf.Probability))),
        ];
    }

    /// <summary>The first of the highest scores: the distribution of a maximum, shared within a score by probability.</summary>
    private static Dictionary<string, double> BestOfNDistribution(ScriptedRow run, int n)
    {
        Outcome[] outcomes = Outcomes(run);
        Dictionary<string, double> found = new(StringComparer.Ordinal);
        double below = outcomes.Where(outcome => outcome.Answer is null).Sum(outcome => outcome.Probability);
        found["none"] = Math.Pow(below, n);
        foreach (var level in outcomes.Where(outcome => outcome.Answer is not null).GroupBy(outcome => outcome.Score).OrderBy(group => group.Key))
        {
            double here = level.Sum(outcome => outcome.Probability);
            double mass = Math.Pow(below + here, n) - Math.Pow(below, n);
            foreach (Outcome outcome in level)
            {
                found[outcome.Answer!] = found.GetValueOrDefault(outcome.Answer!) + mass * outcome.Probability / here;
            }
            below += here;
        }
        if (n <= 2)
        {
            AssertAgrees(found, Sequences(outcomes, n, new BestScore()));
        }
        return found;
    }

    /// <summary>All multisets of draws; among answers that tie, the first drawn is each with chance by its count.</summary>
    private static Dictionary<string, double> VoteDistribution(ScriptedRow run, int n, Func<double, double> weight, bool breaksTiesByScore)
    {
        Outcome[] outcomes = Outcomes(run);
        Dictionary<string, double> found = new(StringComparer.Ordinal) { ["none"] = 0 };
        int[] counts = new int[outcomes.Length];
        Visit(0, n, Math.Exp(Enumerable.Range(1, n).Sum(k => Math.Log(k))));
        if (n <= 2)
        {
            IAnswerAggregator aggregator = weight(0.25) == 1 ? new MajorityVote() : new WeightedVote(ScoreRange.Probability);
            AssertAgrees(found, Sequences([.. outcomes.Select(outcome => breaksTiesByScore || weight(0.25) != 1 ? outcome : outcome with { Score = 0 })], n, aggregator));
        }
        return found;

        void Visit(int place, int left, double mass)
        {
            if (place == outcomes.Length)
            {
                if (left == 0)
                {
                    Decide(mass);
                }
                return;
            }
            double factor = 1;
            for (int count = 0; count <= left; count++)
            {
                counts[place] = count;
                Visit(place + 1, left - count, mass * factor);
                factor *= outcomes[place].Probability / (count + 1);
            }
            counts[place] = 0;
        }

        void Decide(double mass)
        {
            var tallies = outcomes.Index().Where(o => o.Item.Answer is not null && counts[o.Index] > 0)
                .GroupBy(o => o.Item.Answer!, StringComparer.Ordinal)
                .Select(group => (
                    Answer: group.Key,
                    Weight: group.Sum(o => counts[o.Index] * weight(o.Item.Score)),
                    Score: group.Sum(o => counts[o.Index] * o.Item.Score),
                    Count: group.Sum(o => counts[o.Index])))
                .ToArray();
            if (tallies.Length == 0)
            {
                found["none"] += mass;
                return;
            }
            double most = tallies.Max(tally => tally.Weight);
            var tied = tallies.Where(tally => tally.Weight > most - Tie).ToArray();
            double highest = tied.Max(tally => tally.Score);
            tied = breaksTiesByScore ? [.. tied.Where(tally => tally.Score > highest - Tie)] : tied;
            foreach (var tally in tied)
            {
                found[tally.Answer] = found.GetValueOrDefault(tally.Answer) + mass * tally.Count / tied.Sum(other => other.Count);
            }
        }
    }

    /// <summary>What an aggregator chooses over every sequence of draws.</summary>
    private static Dictionary<string, double> Sequences(Outcome[] outcomes, int n, IAnswerAggregator aggregator)
    {
        Dictionary<string, double> found = new(StringComparer.Ordinal);
        int[] at = new int[n];
        for (int code = 0; code < Math.Pow(outcomes.Length, n); code++)
        {
            for (int i = 0, rest = code; i < n; i++, rest /= outcomes.Length)
            {
                at[i] = rest % outcomes.Length;
            }
            string answer = aggregator.Choose([.. at.Select(i => CandidateOf(outcomes[i].Answer, outcomes[i].Score))]).Answer ?? "none";
            found[answer] = found.GetValueOrDefault(answer) + at.Aggregate(1.0, (product, i) => product * outcomes[i].Probability);
        }
        return found;
    }

    private static void AssertAgrees(Dictionary<string, double> expected, Dictionary<string, double> actual) =>
        Assert.All(expected, entry => Assert.Equal(entry.Value, actual.GetValueOrDefault(entry.Key), 1e-9));

    private readonly record struct Outcome(string? Answer, double Score, double Probability);

    private sealed class SlotUniforms(Func<int, int, double> uniform) : IUniforms
    {
        public SlotUniforms(Func<int, double> uniform) : this((slot, _) => uniform(slot))
        {
        }

        public double Next(string name, int iteration, int slot, int step) => uniform(slot, step);
    }
}
