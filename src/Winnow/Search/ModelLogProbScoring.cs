using Winnow.Decoding;
using Winnow.Models;

namespace Winnow.Search;

/// <summary>Log-probabilities of answer tokens under a judge.</summary>
internal sealed class ModelLogProbScoring(ILanguageModel judge, int[] prompt, bool sharesTokens, int maxRows, SearchContext context)
    : JudgeScoring(judge, prompt, sharesTokens, maxRows, context)
{
    protected override Read Wanted => Read.LogProbs | Read.LastLogits;

    /// <summary>The last token's probability is read after the one before it.</summary>
    protected override int Unread => 1;

    protected override double ValueOf(int sessionRow, ReadOnlySpan<int> tokens, int position, int firstRead) =>
        position == 0 ? TokenSampler.LogProb(Shared!.Logits, tokens[0])
        : position == tokens.Length - 1 ? TokenSampler.LogProb(Shared!.Session.Logits(sessionRow, PromptLength + position - 1), tokens[position])
        : Shared!.Session.LogProbs(sessionRow)[position - firstRead];

    protected override Score ScoreOf(PartialAnswer row, ReadOnlySpan<double> values)
    {
        if (!SharesTokens || row.StepTokenEnds is not { Count: > 0 } ends || ends[^1] != values.Length)
        {
            double sum = 0;
            foreach (double value in values)
            {
                sum += value;
            }
            return Score.Of(sum);
        }
        double[] steps = new double[ends.Count];
        for (int step = 0, at = 0; step < steps.Length; step++)
        {
            for (; at < ends[step]; at++)
            {
                steps[step] += values[at];
            }
        }
        return LogProbScorer.ScoreOf(steps);
    }
}
