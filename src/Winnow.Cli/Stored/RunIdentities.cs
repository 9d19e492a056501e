using Winnow.Budgets;
using Winnow.Cli.Sources;
using Winnow.Evaluation;
using Winnow.Runs;
using Winnow.Search;

namespace Winnow.Cli.Stored;

/// <summary>The identities of the runs that a comparison is made of, in the order in which they draw.</summary>
internal static class RunIdentities
{
    /// <summary>One identity for each strategy that runs and each budget.</summary>
    /// <param name="common">What they have in common.</param>
    /// <param name="plan">What is run.</param>
    /// <param name="running">Ids of the strategies that can run.</param>
    /// <param name="proposer">What draws.</param>
    /// <param name="scorer">The scorer's name; part of the identity of those that use it.</param>
    public static IReadOnlyList<RunIdentity> Of(RunIdentity common, ComparisonPlan plan, IReadOnlyList<string> running, ProposerInfo proposer, string scorer)
    {
        string? scorerChecksum = ModelFingerprint.OfScorer(scorer);
        return
        [
            .. from strategy in plan.Strategies
               where running.Contains(strategy.Id, StringComparer.Ordinal)
               let usesScorer = UsesScorer(strategy, proposer)
               from budget in plan.Budgets
               select common with
               {
                   Strategy = strategy.Id,
                   Scorer = usesScorer ? scorer : null,
                   ScorerChecksum = usesScorer ? scorerChecksum : null,
                   Budget = new Budget { MaxTokens = budget },
               },
        ];
    }

    /// <summary>Whether a strategy's result depends on a scorer.</summary>
    public static bool UsesScorer(IStrategy strategy, ProposerInfo proposer) => strategy.WhyUnsuited(proposer, scorer: null) is not null;
}
