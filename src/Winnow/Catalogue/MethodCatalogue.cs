using System.Collections.Frozen;

namespace Winnow.Catalogue;

/// <summary>The methods that can be named. Help, completion and documentation are made from it.</summary>
public static class MethodCatalogue
{
    private static readonly Method[] s_methods =
    [
        new("greedy", "One draw at temperature 0: the baseline of every table.", null, MethodNeeds.None, "L"),
        new("repeated-sampling", "Draws as many answers as the budget allows and takes the first: what one draw is worth, and what many cover.", "repeated-sampling", MethodNeeds.None, "N·L"),
        new("majority", "Draws many answers and takes the most frequent.", null, MethodNeeds.None, "N·L"),
        new("weighted-majority", "Draws many answers and takes the one whose scores add up to most.", "compute-optimal", MethodNeeds.Scorer, "N·(L + S)"),
        new("best-of-n", "Draws many answers and takes the one with the highest score.", null, MethodNeeds.Scorer, "N·(L + S)"),
        new("beam", "Extends partial answers step by step, keeps the best-scored share after each step, and lets the finished ones vote.", "compute-optimal", MethodNeeds.Scorer | MethodNeeds.Steps, "≤ N·(L + S)"),
        new("dvts", "Several small beams that do not compete with each other, so that one early favourite cannot take all places.", "compute-optimal", MethodNeeds.Scorer | MethodNeeds.Steps, "≤ N·(L + S)"),
        new("particle-filter", "Extends partial answers step by step and resamples them in proportion to their weights, so that a badly scored one may live on.", "particle-filter", MethodNeeds.Scorer | MethodNeeds.Steps, "≤ N·(L + S)"),
        new("particle-gibbs", "Runs a particle filter several times, each time beside an answer drawn from the time before, so that few particles still sample what they should.", "particle-filter", MethodNeeds.Scorer | MethodNeeds.Steps, "≤ N·K·(L + S)"),
        new("oracle", "Draws many answers and lets the task's checker choose: the ceiling of every selector, never a method to use.", null, MethodNeeds.Checker, "N·L"),
    ];

    private static readonly FrozenDictionary<string, Method> s_byId = s_methods.ToFrozenDictionary(m => m.Id, StringComparer.Ordinal);

    /// <summary>All methods: baselines first, the ceiling last.</summary>
    public static IReadOnlyList<Method> All => s_methods;

    /// <summary>The method with an id; null where there is none.</summary>
    /// <param name="id">Kebab-case.</param>
    public static Method? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return s_byId.GetValueOrDefault(id);
    }
}
