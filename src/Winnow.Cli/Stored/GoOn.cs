using Winnow.Budgets;
using Winnow.Cli.Verbs;

namespace Winnow.Cli.Stored;

/// <summary>What is said where something was stopped.</summary>
internal static class GoOn
{
    /// <summary>Which cap ended a run, and how it is raised; null where none did.</summary>
    public static string? Cap(RunBudget run) => run.Reached is { } column ? $"{run.Reason} {SpendingOptions.OptionOf(column)} raises it." : null;

    /// <summary>The line by which a run is gone on with.</summary>
    /// <param name="command">The command as it is typed.</param>
    /// <param name="run">The caps; one that ended the run has to be raised.</param>
    public static string With(string command, RunBudget run) => run.Reached is { } column
        ? $"Go on with: {command} {SpendingOptions.OptionOf(column)} N, where N is the cap on the whole run, what is used already included."
        : $"Go on with: {command}";
}
