using Winnow.Budgets;
using Winnow.Models;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>The log-probability of an answer under another model, which judges what a smaller or weaker one draws.</summary>
/// <remarks>
/// The judge reads only what is new of each row, in a session of its own that follows the population. Where both models have the same
/// vocabulary it reads the drawn tokens, end token included, and scores every step; else it reads the text in its own
/// tokens and scores the whole prefix. Answer tokens that it reads are charged as scorer tokens; its prompt is
/// counted among prompt tokens. Thread-safe; a scoring is used by one caller at a time.
/// </remarks>
public sealed class ModelLogProbScorer : IScorer
{
    private readonly ILanguageModel _judge;
    private readonly bool _sharesTokens;
    private readonly int _maxRows;

    /// <summary>A judge.</summary>
    /// <param name="judge">The model that scores; not disposed.</param>
    /// <param name="drawing">Vocabulary of the model that draws; null: its tokens are never read, only its text.</param>
    /// <param name="name">Name after <c>logprob:</c>; null: the model's own.</param>
    /// <param name="maxRows">Most rows that are judged at once.</param>
    public ModelLogProbScorer(ILanguageModel judge, IVocabulary? drawing, string? name = null, int maxRows = 128)
    {
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        _judge = judge;
        _maxRows = maxRows;
        _sharesTokens = drawing is not null && Vocabularies.AreSame(judge.Vocabulary, drawing);
        Info = new ScorerInfo("logprob:" + (name ?? judge.Info.Name), ScoreRange.LogProbability, ScoresPrefixes: true);
    }

    /// <inheritdoc/>
    public ScorerInfo Info { get; }

    /// <inheritdoc/>
    public Usage AtMost(Problem problem, int calls, long tokens) => new() { ScorerTokens = Vocabularies.TokensFor(tokens, _sharesTokens) };

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The prompt has no tokens, or leaves no room in the judge's context.</exception>
    public IScoring Open(Problem problem, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(context);
        return new ModelLogProbScoring(_judge, PromptTokens.Of(_judge, problem.Prompt), _sharesTokens, _maxRows, context);
    }
}
