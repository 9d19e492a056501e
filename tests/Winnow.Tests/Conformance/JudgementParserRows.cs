using System.Text.Json;
using Winnow.Judging;
using Winnow.Search;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>What is read out of judgements, and how several of them become one.</summary>
public sealed class JudgementParserRows : IConformanceRows
{
    public string Family => "judging";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["parse_single_rating"] = row =>
        {
            double[] range = row.Params.Doubles("range");
            Rating rating = RatingParser.Marked(row.Input.Text("text")!, range[0], range[1]);
            // What the published parser makes of the text stands beside it; Winnow has no such parser on purpose.
            return new { rating = rating.Value, status = Name(rating.Status), reference = row.Expected.GetProperty("reference") };
        },
        ["parse_bracket_rating"] = row =>
        {
            Rating rating = RatingParser.InBrackets(row.Input.Text("text")!);
            return new { rating = rating.Status == RatingStatus.Missing ? -1 : rating.Value, status = Name(rating.Status), reference_error = row.Expected.Text("reference_error") };
        },
        ["parse_bracket_verdict"] = row => new { verdict = Letter(PairParser.InBrackets(row.Input.Text("text")!)) },
        ["parse_bracket_two_ratings"] = row => new { verdict = Letter(PairParser.ByRatings(row.Input.Text("text")!, row.Params.Number("tie_margin"))) },
        ["parse_pairwise_decision"] = row =>
        {
            PairVerdict? verdict = PairParser.FinalDecision(row.Input.Text("text")!);
            return new { label = Label(verdict) ?? -1, verdict = verdict?.ToString().ToLowerInvariant() };
        },
        ["parse_json_score"] = row => new { score = RatingParser.JsonScore(row.Input.Text("text")!) ?? row.Params.Number("fallback") },
        ["grm_parse_scores"] = row =>
        {
            IReadOnlyList<int>? scores = RatingParser.List(row.Input.Text("text")!, row.Params.Whole("answers"));
            return new { scores, status = scores is null ? "invalid" : "ok" };
        },
        ["critique_vote"] = row => PairParser.OfCritiques(row.Input.Text("text")!, row.Params.Flag("exchanged")) is { } vote
            ? new { vote = (int)vote } : new { error = "no single letter" },
        ["swap_to_tie"] = row =>
        {
            (PairVerdict? verdict, SwapOutcome outcome) = PairVerdicts.Join(Verdict(row.Input, "verdict"), Verdict(row.Input, "verdict_swapped"));
            return new { combined = Label(verdict), kind = outcome.ToString().ToLowerInvariant() };
        },
        ["swap_consistency"] = Consistency,
        ["swap_bias_model"] = row =>
        {
            PositionBiasModel model = new(row.Input.Number("position_bias"), row.Input.Number("error"));
            return new
            {
                right_when_better_is_first = model.RightWhenBetterIsFirst,
                right_when_better_is_second = model.RightWhenBetterIsSecond,
                agreement_both_orders = model.AgreementInBothOrders,
                consistency = model.Consistency,
                win_rate_of_better_single_order_shuffled = model.WinRateInOneOrder,
                win_rate_of_better_swap_to_tie = model.WinRateJoined,
                tie_rate_swap_to_tie = model.TieRateJoined,
            };
        },
        ["grm_vote"] = row => Vote(row, GenerativeVote.Sum),
        ["grm_meta_vote"] = row => Vote(row, (answers, votes) => GenerativeVote.Guided(answers, votes, row.Params.Whole("k_meta"))),
        ["grm_rule_reward"] = row => new
        {
            reward = row.Input.Has("label")
                ? JudgementReward.OfRating(row.Input.Ints("scores")[0], row.Input.Whole("label"))
                : JudgementReward.OfRanking(row.Input.Ints("scores"), row.Input.Whole("best")),
        },
        ["aggregate_steps"] = row =>
        {
            double[] steps = row.Input.Doubles("scores");
            return new
            {
                min = StepScores.Aggregate(steps, StepAggregation.Min),
                prod = StepScores.Aggregate(steps, StepAggregation.Product),
                last = StepScores.Aggregate(steps, StepAggregation.Last),
                mean = StepScores.Aggregate(steps, StepAggregation.Mean),
                log_prod = StepScores.LogProduct(steps),
            };
        },
    };

    private static string Name(RatingStatus status) => status == RatingStatus.OutOfRange ? "out_of_range" : status.ToString().ToLowerInvariant();

    private static string Letter(PairVerdict? verdict) => verdict switch { PairVerdict.First => "A", PairVerdict.Second => "B", PairVerdict.Tie => "tie", _ => "error" };

    private static int? Label(PairVerdict? verdict) => (int?)verdict;

    private static PairVerdict? Verdict(JsonElement input, string name) => input.Has(name) ? (PairVerdict)input.Whole(name) : null;

    private static object Consistency(ConformanceRow row)
    {
        SwappedPair[] pairs = [.. row.Input.GetProperty("items").EnumerateArray().Select(item =>
            new SwappedPair(item[0].GetString()!, (PairVerdict)item[1].GetInt32(), (PairVerdict)item[2].GetInt32(), (PairVerdict)item[3].GetInt32()))];
        SwapConsistency all = SwapConsistency.Of(pairs);
        return new
        {
            agreement_both_orders = 100 * all.AgreementInBothOrders,
            consistency = 100 * all.Consistency,
            agreement_first_order = 100 * all.AgreementInFirstOrder,
            agreement_swapped_order = 100 * all.AgreementInSwappedOrder,
            groups_rounded = SwapConsistency.ByGroup(pairs).Append(("Overall", all)).ToDictionary(
                group => group.Item1,
                group => new { agreement = Math.Round(100 * group.Item2.AgreementInBothOrders, 2), consistency = Math.Round(100 * group.Item2.Consistency, 2) }),
        };
    }

    private static object Vote(ConformanceRow row, Func<int, IReadOnlyList<ScoreVote>, GenerativeVote> vote)
    {
        ScoreVote[] votes = [.. row.Input.GetProperty("votes").EnumerateArray().Select(item =>
            new ScoreVote(item.Ints("permutation"), item.Has("scores") ? item.Ints("scores") : null, item.Number("meta", 0)))];
        GenerativeVote result = vote(row.Params.Whole("answers"), votes);
        return new
        {
            effective_k = result.EffectiveVotes,
            kept_votes = result.Kept,
            unpermuted = result.Scores,
            sums = result.Sums,
            best = result.Best,
            tied = result.Tied,
            uninformative_votes = result.Uninformative,
        };
    }
}
