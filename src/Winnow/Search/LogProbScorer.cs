using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>The log-probability of an answer under the model that draws it. Free: the numbers come with the draws.</summary>
/// <remarks>The untempered model's natural log, summed over steps. Source of the idea: Adiwardana et al. (2020), sample and rank.</remarks>
public sealed class LogProbScorer : IScorer
{
    /// <inheritdoc/>
    public ScorerInfo Info { get; } = new("logprob", ScoreRange.LogProbability, ScoresPrefixes: true);

    /// <inheritdoc/>
    public Usage AtMost(Problem problem, int calls, long tokens) => default;

    /// <inheritdoc/>
    public IScoring Open(Problem problem, SearchContext context) => new TextScoring(static row => ScoreOf(row.StepLogProbs));

    /// <summary>Sums of log-probabilities after each step; no score where there are none.</summary>
    internal static Score ScoreOf(IReadOnlyList<double>? stepLogProbs)
    {
        if (stepLogProbs is null || stepLogProbs.Count == 0)
        {
            return Score.None(stepLogProbs is null ? "The model does not tell log-probabilities." : "Nothing has been drawn yet.");
        }
        double[] sums = new double[stepLogProbs.Count];
        double sum = 0;
        for (int step = 0; step < sums.Length; step++)
        {
            sums[step] = sum += stepLogProbs[step];
        }
        return double.IsNaN(sum) ? Score.None("A log-probability is not a number.") : Score.OfSteps(sums);
    }
}
