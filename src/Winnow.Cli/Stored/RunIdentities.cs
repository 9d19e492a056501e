using Winnow.Budgets;
using Winnow.Cli.Sources;
using Winnow.Evaluation;
using Winnow.Runs;
using Winnow.Search;

namespace Winnow.Cli.Stored;

/// <summary>The identities of the runs that a comparison is made of, in the order in which they draw.</summary>
internal static class RunIdentities
{
    /// <summary>The build that draws: it changes with every change of the library's code.</summary>
    private static string Build { get; } = typeof(Comparison).Assembly.ManifestModule.ModuleVersionId.ToString("N");

    /// <summary>One identity for each strategy that runs and each budget.</summary>
    /// <param name="plan">What is run.</param>
    /// <param name="comparison">Knows which strategies run.</param>
    /// <param name="proposer">What draws.</param>
    /// <param name="sampler">How it draws, as text.</param>
    /// <param name="model">What <c>--model</c> said.</param>
    /// <param name="scorer">The scorer's name; part of the identity of those that use it.</param>
    /// <param name="options">Settings of the strategies that differ from the default, as text.</param>
    public static IReadOnlyList<RunIdentity> Of(
        ComparisonPlan plan, Comparison comparison, ProposerInfo proposer, string sampler, string? model, string scorer, string options = "")
    {
        RunIdentity common = new()
        {
            Build = Build,
            Task = plan.Task.Name,
            TaskVersion = plan.Task.Version,
            Problems = ContentHash.OfProblems(comparison.Problems)[..32],
            ProblemCount = comparison.Problems.Count,
            Model = proposer.Name,
            ModelChecksum = ModelFingerprint.Of(model),
            Sampler = sampler,
            Strategy = "",
            Options = options,
            Budget = Budget.Unlimited,
            Seed = plan.Seed,
        };
        string? scorerChecksum = ModelFingerprint.OfScorer(scorer);
        return
        [
            .. from strategy in plan.Strategies
               where comparison.Strategies.Contains(strategy.Id, StringComparer.Ordinal)
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
