using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>A strategy that draws whole answers and chooses one. What differs between them is the aggregator.</summary>
public abstract class WholeAnswerStrategy : IStrategy
{
    private protected WholeAnswerStrategy(string id, WholeAnswerOptions options, bool usesScorer)
    {
        ArgumentNullException.ThrowIfNull(options);
        Id = id;
        Draws = options;
        UsesScorer = usesScorer;
    }

    /// <inheritdoc/>
    public string Id { get; }

    private protected WholeAnswerOptions Draws { get; }

    private protected bool UsesScorer { get; }

    /// <inheritdoc/>
    public virtual string? WhyUnsuited(ProposerInfo proposer, ScorerInfo? scorer) =>
        UsesScorer && scorer is null ? $"{Id} needs a scorer." : null;

    /// <inheritdoc/>
    public async Task<SearchResult> SolveAsync(
        Problem problem, IProposer proposer, IScorer? scorer, SearchContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(proposer);
        ArgumentNullException.ThrowIfNull(context);
        StrategyArguments.ThrowIfUnsuited(this, proposer, scorer);
        Usage before = context.Ledger.Used;
        IScorer? used = UsesScorer ? scorer : null;
        IReadOnlyList<Candidate> candidates =
            await new WholeAnswers(problem, proposer, used, Draws, context).DrawAsync(cancellationToken).ConfigureAwait(false);
        await PrepareAsync(problem, candidates, cancellationToken).ConfigureAwait(false);
        AnswerChoice choice = AggregatorFor(problem, used, context).Choose(candidates);
        SearchResult result = StrategyArguments.ResultOf(this, candidates, choice, Why(candidates, choice), context.Ledger.Used - before);
        context.Progress?.Report(new SearchEvent("finished", 0, [.. candidates.Select(candidate => candidate.Answer)], choice.Weights, []));
        return result;
    }

    private protected abstract IAnswerAggregator AggregatorFor(Problem problem, IScorer? scorer, SearchContext context);

    /// <summary>What must be known before the choice and takes time to find out.</summary>
    private protected virtual ValueTask PrepareAsync(Problem problem, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private protected abstract string Explain(IReadOnlyList<Candidate> candidates, AnswerChoice choice);

    private string Why(IReadOnlyList<Candidate> candidates, AnswerChoice choice) =>
        choice.Answer is null ? StrategyArguments.WhyNothing(candidates) : Explain(candidates, choice);
}
