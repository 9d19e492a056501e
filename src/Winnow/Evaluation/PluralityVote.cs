using System.Numerics.Tensors;
using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>What majority voting achieves with known answer probabilities.</summary>
public static class PluralityVote
{
    /// <summary>The exact accuracy of a plurality of independent votes; tied answers share the vote equally.</summary>
    /// <param name="probabilities">Shape [A]; of the answers; at least 0, not all 0.</param>
    /// <param name="votes">At least 1.</param>
    /// <param name="correct">Index of the right answer.</param>
    /// <returns>The accuracy, and the probability that the first place is tied.</returns>
    /// <remarks>By conditional binomials for every size of the largest count. Cost: O(A·V⁴) at worst.</remarks>
    /// <exception cref="ArgumentException">A number lies outside its range.</exception>
    public static (double Accuracy, double TieProbability) Accuracy(ReadOnlySpan<double> probabilities, int votes, int correct = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(votes, 1);
        if ((uint)correct >= (uint)probabilities.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(correct), correct, $"The right answer is {correct}; there are {probabilities.Length} answers.");
        }
        double left = Weights.Sum(probabilities);
        double[] conditional = new double[probabilities.Length];
        for (int i = 0; i < conditional.Length; i++)
        {
            conditional[i] = left > 0 ? Math.Clamp(probabilities[i] / left, 0, 1) : 0;
            left -= probabilities[i];
        }
        conditional[probabilities.LastIndexOfAnyExcept(0.0)] = 1;
        double accuracy = 0;
        double tied = 0;
        for (int most = (votes + probabilities.Length - 1) / probabilities.Length; most <= votes; most++)
        {
            // at[v, t, c]: v votes left to give, t answers with the largest count, c whether the right one is among them.
            double[,,] at = new double[votes + 1, votes / most + 1, 2];
            at[votes, 0, 0] = 1;
            for (int answer = 0; answer < conditional.Length; answer++)
            {
                at = Give(at, conditional[answer], most, answer == correct);
            }
            for (int leaders = 1; leaders <= votes / most; leaders++)
            {
                accuracy += at[0, leaders, 1] / leaders;
                tied += leaders > 1 ? at[0, leaders, 0] + at[0, leaders, 1] : 0;
            }
        }
        return (accuracy, tied);
    }

    /// <summary>The accuracy of a plurality of ever more votes: 1 where the right answer is the most probable, 0 where it is not, a share where it is tied.</summary>
    /// <param name="probabilities">Shape [A], A ≥ 1; of the answers; need not sum to 1, as draws without an answer do not vote.</param>
    /// <param name="correct">Index of the right answer; −1 where it is never drawn.</param>
    /// <exception cref="ArgumentException">There is no answer, or the right one is not among them.</exception>
    public static double Limit(ReadOnlySpan<double> probabilities, int correct = 0)
    {
        _ = Weights.Sum(probabilities);
        if (correct < -1 || correct >= probabilities.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(correct), correct, $"The right answer is {correct}; there are {probabilities.Length} answers, and −1 says that it is none of them.");
        }
        double most = TensorPrimitives.Max(probabilities);
        return correct >= 0 && probabilities[correct] == most ? 1.0 / probabilities.Count(most) : 0;
    }

    private static double[,,] Give(double[,,] at, double probability, int most, bool isCorrect)
    {
        double[,,] next = new double[at.GetLength(0), at.GetLength(1), 2];
        for (int votes = 0; votes < at.GetLength(0); votes++)
        {
            for (int count = 0; count <= Math.Min(votes, most); count++)
            {
                double share = Distributions.BinomialProbability(count, votes, probability);
                int leads = count == most ? 1 : 0;
                for (int leaders = 0; leaders + leads < at.GetLength(1); leaders++)
                {
                    for (int flag = 0; flag < 2; flag++)
                    {
                        int now = flag == 1 || (isCorrect && leads == 1) ? 1 : 0;
                        next[votes - count, leaders + leads, now] += share * at[votes, leaders, flag];
                    }
                }
            }
        }
        return next;
    }
}
