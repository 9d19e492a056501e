using CsCheck;
using Winnow.Judging;
using Winnow.Numerics;

namespace Winnow.Tests.Judging;

public sealed class RatingsTests
{
    private static readonly Gen<SkillBelief> Beliefs = Gen.Select(Gen.Double[0, 50], Gen.Double[0.5, 10], (mean, deviation) => new SkillBelief(mean, deviation));

    [Fact]
    public void A_winner_rises_a_loser_falls_and_both_are_known_better() => Gen.Select(Beliefs, Beliefs).Sample((a, b) =>
    {
        TrueSkill skill = new() { Tau = 0 };
        (SkillBelief winner, SkillBelief loser) = skill.Update(a, b);
        return winner.Mean > a.Mean - 1e-9 && loser.Mean < b.Mean + 1e-9 && winner.Deviation < a.Deviation + 1e-9 && loser.Deviation < b.Deviation + 1e-9;
    });

    [Fact]
    public void Beliefs_do_not_depend_on_the_order_in_which_players_are_named() =>
        Gen.Select(Beliefs.Array[4], Gen.Shuffle(new[] { 0, 1, 2, 3 }), Gen.Shuffle(new[] { 0, 1, 2, 3 })).Sample((players, ranks, order) =>
        {
            TrueSkill skill = new();
            IReadOnlyList<SkillBelief> plain = skill.Update(players, ranks);
            IReadOnlyList<SkillBelief> moved = skill.Update([.. order.Select(i => players[i])], [.. order.Select(i => ranks[i])]);
            return order.Select((from, to) => Math.Abs(plain[from].Mean - moved[to].Mean)).Max() < 1e-6;
        }, iter: 200);

    [Fact]
    public void Two_players_are_updated_as_by_numerical_integration()
    {
        TrueSkill skill = new();
        (SkillBelief a, SkillBelief b) = (new SkillBelief(30, 4), new SkillBelief(22, 7));
        (SkillBelief winner, _) = skill.Update(b, a);
        // The posterior of the winner's skill by Bayes' rule on a grid.
        double margin = Distributions.NormalQuantile((skill.DrawProbability + 1) / 2) * Math.Sqrt(2) * skill.Beta;
        double variance = b.Deviation * b.Deviation + skill.Tau * skill.Tau;
        double spread = Math.Sqrt(2 * skill.Beta * skill.Beta + a.Deviation * a.Deviation + skill.Tau * skill.Tau);
        double mass = 0, first = 0, second = 0;
        for (double s = -40; s <= 90; s += 0.01)
        {
            double weight = Math.Exp(-(s - b.Mean) * (s - b.Mean) / (2 * variance)) * Distributions.NormalCdf((s - a.Mean - margin) / spread);
            mass += weight;
            first += weight * s;
            second += weight * s * s;
        }
        double mean = first / mass;
        Assert.Equal(mean, winner.Mean, 6);
        Assert.Equal(Math.Sqrt(second / mass - mean * mean), winner.Deviation, 6);
    }

    [Fact]
    public void Ties_are_fitted_so_that_expected_counts_are_the_counts()
    {
        double[][] wins = [[0, 6, 4], [2, 0, 5], [3, 3, 0]];
        double[][] ties = [[0, 2, 1], [2, 0, 3], [1, 3, 0]];
        BradleyTerryWithTies fit = BradleyTerryWithTies.Fit(wins, ties, TieModel.Davidson);
        // The likelihood equations of an exponential family: what is seen is what is expected.
        for (int i = 0; i < 3; i++)
        {
            double seen = 0, expected = 0;
            for (int j = 0; j < 3; j++)
            {
                if (i == j)
                {
                    continue;
                }
                (double win, double tie, double loss) = fit.Probabilities(i, j);
                Assert.Equal(1, win + tie + loss, 12);
                seen += wins[i][j] + ties[i][j] / 2;
                expected += (wins[i][j] + wins[j][i] + ties[i][j]) * (win + tie / 2);
            }
            Assert.Equal(seen, expected, 5);
        }
        Assert.Contains("There is no tie", Assert.Throws<ArgumentException>(() => BradleyTerryWithTies.Fit(wins, [[0, 0, 0], [0, 0, 0], [0, 0, 0]], TieModel.RaoKupper)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Judging_in_both_orders_takes_the_place_out_as_the_model_says()
    {
        HashedUniforms uniforms = new(5);
        PositionBiasModel model = new(positionBias: 0.3, error: 0.1);
        const int pairs = 40_000;
        int consistent = 0, ties = 0;
        double betterWins = 0;
        for (int i = 0; i < pairs; i++)
        {
            PairVerdict first = Judge(i, 0, PairVerdict.First);
            PairVerdict swapped = Judge(i, 1, PairVerdict.Second);
            (PairVerdict? joined, SwapOutcome outcome) = PairVerdicts.Join(first, swapped);
            consistent += outcome == SwapOutcome.Consistent ? 1 : 0;
            ties += joined == PairVerdict.Tie ? 1 : 0;
            betterWins += joined switch { PairVerdict.First => 1, PairVerdict.Tie => 0.5, _ => 0 };
        }
        // Five standard errors of a share: a false alarm in about a million runs, and the seed is fixed.
        const double near = 5 * 0.5 / 200;
        Assert.Equal(model.Consistency, (double)consistent / pairs, near);
        Assert.Equal(model.TieRateJoined, (double)ties / pairs, near);
        Assert.Equal(model.WinRateJoined, betterWins / pairs, near);

        PairVerdict Judge(int pair, int order, PairVerdict better) =>
            uniforms.Next("bias", pair, order, 0) < 0.3 ? PairVerdict.First : uniforms.Next("error", pair, order, 0) < 0.1 ? better.Swapped() : better;
    }

    [Fact]
    public void A_vote_does_not_depend_on_the_order_in_which_answers_were_shown() =>
        Gen.Select(Gen.Int[1, 10].Array[3].Array[1, 6], Gen.Shuffle(new[] { 0, 1, 2 })).Sample((scores, order) =>
        {
            ScoreVote[] plain = [.. scores.Select(own => new ScoreVote([0, 1, 2], own))];
            ScoreVote[] shuffled = [.. scores.Select(own => new ScoreVote(order, [.. order.Select(answer => own[answer])]))];
            return GenerativeVote.Sum(3, plain).Sums.SequenceEqual(GenerativeVote.Sum(3, shuffled).Sums);
        });

    [Fact]
    public void No_judgement_breaks_a_parser()
    {
        string[] pieces = ["[", "]", "[[", "]]", "Rating: [[", "7", "10", ",", ".", "{\"score\":", "}", "```", "final decision is ", "tie", "A:", "B:", "\n", "\uD800"];
        Gen.Int[0, pieces.Length - 1].Array[0, 20].Sample(picks =>
        {
            string text = string.Concat(picks.Select(i => pieces[i]));
            _ = (RatingParser.Marked(text), RatingParser.InBrackets(text), RatingParser.JsonScore(text));
            _ = (PairParser.FinalDecision(text), PairParser.InBrackets(text), PairParser.ByRatings(text), PairParser.OfCritiques(text));
            return RatingParser.List(text, 2) is null or [>= 1 and <= 10, >= 1 and <= 10];
        }, iter: 2000);
    }
}
