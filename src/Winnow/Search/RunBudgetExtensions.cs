using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Puts what draws and what scores below the caps of a run.</summary>
public static class RunBudgetExtensions
{
    /// <summary>A proposer whose every draw reserves in the run as well.</summary>
    public static IProposer Over(this RunBudget run, IProposer proposer)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(proposer);
        return new CappedProposer(run, proposer);
    }

    /// <summary>A scorer that reserves in the run as well.</summary>
    public static IScorer Over(this RunBudget run, IScorer scorer)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(scorer);
        return new CappedScorer(run, scorer);
    }

    private sealed class CappedProposer(RunBudget run, IProposer inner) : IProposer
    {
        public ProposerInfo Info => inner.Info;

        public Usage AtMost(Problem problem, int calls, long tokens) => inner.AtMost(problem, calls, tokens);

        public IPopulation Open(Problem problem, SearchContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return inner.Open(problem, context with { Ledger = run.Over(context.Ledger) });
        }
    }

    private sealed class CappedScorer(RunBudget run, IScorer inner) : IScorer
    {
        public ScorerInfo Info => inner.Info;

        public Usage AtMost(Problem problem, int calls, long tokens) => inner.AtMost(problem, calls, tokens);

        public IScoring Open(Problem problem, SearchContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return inner.Open(problem, context with { Ledger = run.Over(context.Ledger) });
        }
    }
}
