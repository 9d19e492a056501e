using CsCheck;
using Winnow.Torch.Rewards;
using Xunit;

namespace Winnow.Torch.Tests.Rewards;

public sealed class RankingTests
{
    [Fact]
    public void It_is_the_share_of_pairs_in_the_right_order_within_and_across_problems() =>
        Gen.Select(Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 3]).List[0, 30].Sample(rows =>
        {
            double[] scores = [.. rows.Select(row => (double)row.Item1)];
            bool[] isRight = [.. rows.Select(row => row.Item2)];
            int[] problems = [.. rows.Select(row => row.Item3)];
            Assert.Equal(Plain(scores, isRight, (_, _) => true), Ranking.Pooled(scores, isRight));
            Assert.Equal(Plain(scores, isRight, (i, j) => problems[i] == problems[j]), Ranking.WithinProblems(scores, isRight, problems));
        });

    [Fact]
    public void A_score_of_difficulty_alone_is_worthless_within_problems_and_looks_good_pooled()
    {
        double[] scores = [1, 1, 1, 1, 0, 0, 0, 0];
        bool[] isRight = [true, true, true, false, true, false, false, false];
        int[] problems = [0, 0, 0, 0, 1, 1, 1, 1];
        Assert.Equal(0.5, Ranking.WithinProblems(scores, isRight, problems));
        Assert.Equal(0.75, Ranking.Pooled(scores, isRight));
    }

    private static double? Plain(double[] scores, bool[] isRight, Func<int, int, bool> isCounted)
    {
        double won = 0;
        int pairs = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            for (int j = 0; j < scores.Length; j++)
            {
                if (!isRight[i] || isRight[j] || !isCounted(i, j))
                {
                    continue;
                }
                pairs++;
                won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
            }
        }
        return pairs == 0 ? null : won / pairs;
    }
}
