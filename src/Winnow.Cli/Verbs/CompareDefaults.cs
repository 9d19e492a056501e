using Winnow.Search;

namespace Winnow.Cli.Verbs;

/// <summary>What <c>winnow compare</c> does where nothing else is said. In one place, because together they decide how long the first command takes.</summary>
internal sealed record CompareDefaults
{
    /// <summary>The defaults of this build.</summary>
    public static CompareDefaults Current { get; } = new();

    /// <summary>Strategies, in the order of the table.</summary>
    public IReadOnlyList<string> Strategies { get; init; } =
    [
        StrategyIds.Greedy, StrategyIds.Majority, StrategyIds.WeightedMajority, StrategyIds.BestOfN, StrategyIds.Beam, StrategyIds.ParticleFilter,
        StrategyIds.Oracle,
    ];

    /// <summary>Caps for each problem. Unit: generated plus scorer tokens.</summary>
    public IReadOnlyList<long> Budgets { get; init; } = [500, 1500, 3000];

    /// <summary>Problems of the task that are run; a task with fewer is run whole. Unit: problems.</summary>
    public int Problems { get; init; } = 150;

    /// <summary>Run seed.</summary>
    public ulong Seed { get; init; } = 1;
}
