using Winnow.Budgets;
using Winnow.Inference;
using Winnow.Models;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>A process reward model: a decoder whose head gives, at the last token of each step, the logit that the step is right.</summary>
/// <remarks>
/// Source: Lightman et al. (2023). Scores are probabilities, one for each step; which of them counts, or their product
/// or minimum, is the strategy's aggregation. The drawn tokens are read where both models have the same vocabulary; else the
/// text is, and only the whole prefix gets a score. Tokens read are charged as scorer tokens. Thread-safe.
/// </remarks>
public sealed class ProcessRewardScorer : IScorer
{
    private readonly DecoderModel _model;
    private readonly bool _sharesTokens;
    private readonly int _maxRows;

    /// <summary>A reward model.</summary>
    /// <param name="model">A model with a token classification head of one label; not disposed.</param>
    /// <param name="drawing">Vocabulary of the model that draws; null: its tokens are never read, only its text.</param>
    /// <param name="name">Name after <c>prm:</c>; null: the model's own.</param>
    /// <param name="maxRows">Most rows that are judged at once.</param>
    /// <exception cref="ArgumentException">The model has no such head.</exception>
    public ProcessRewardScorer(DecoderModel model, IVocabulary? drawing, string? name = null, int maxRows = 128)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        if (model.Classifier is not { Labels: 1 })
        {
            throw new ArgumentException($"{model.Info.Name} has no head that gives a token one score; load a LlamaForTokenClassification checkpoint with one label.", nameof(model));
        }
        _model = model;
        _maxRows = maxRows;
        _sharesTokens = drawing is not null && Vocabularies.AreSame(model.Vocabulary, drawing);
        Info = new ScorerInfo("prm:" + (name ?? model.Info.Name), ScoreRange.Probability, ScoresPrefixes: true);
    }

    /// <inheritdoc/>
    public ScorerInfo Info { get; }

    /// <inheritdoc/>
    public Usage AtMost(Problem problem, int calls, long tokens) => new() { ScorerTokens = Vocabularies.TokensFor(tokens, _sharesTokens) };

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The prompt has no tokens, or leaves no room in the model's context.</exception>
    public IScoring Open(Problem problem, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(context);
        return new Scoring(_model, PromptTokens.Of(_model, problem.Prompt), _sharesTokens, _maxRows, context);
    }

    private sealed class Scoring(DecoderModel model, int[] prompt, bool sharesTokens, int maxRows, SearchContext context)
        : JudgeScoring(model, prompt, sharesTokens, maxRows, context)
    {
        private readonly float[] _logit = new float[1];

        protected override Read Wanted => Read.AllHidden;

        protected override int Unread => 0;

        protected override double ValueOf(int sessionRow, ReadOnlySpan<int> tokens, int position, int firstRead)
        {
            model.Classifier!.Score(Shared!.Session.Hidden(sessionRow, PromptLength + position), _logit);
            return 1 / (1 + Math.Exp(-_logit[0]));
        }

        protected override Score ScoreOf(PartialAnswer row, ReadOnlySpan<double> values)
        {
            if (!SharesTokens || row.StepTokenEnds is not { Count: > 0 } ends || ends[^1] != values.Length)
            {
                return Score.Of(values[^1]);
            }
            double[] steps = new double[ends.Count];
            for (int step = 0; step < steps.Length; step++)
            {
                steps[step] = values[ends[step] - 1];
            }
            return Score.OfSteps(steps);
        }
    }
}
