using System.Collections.Concurrent;
using System.Globalization;
using Winnow.Search;
using Winnow.Tasks;
using Winnow.Tasks.Families;

namespace Winnow.Lab.Measuring;

/// <summary>A family at one level.</summary>
internal readonly record struct CellName(string Family, int Level)
{
    /// <summary>Reads <c>family:level</c>.</summary>
    public static CellName Parse(string cell) =>
        cell.Split(':') is [var family, var level] && int.TryParse(level, CultureInfo.InvariantCulture, out int number)
            ? new CellName(TaskFamilies.Get(family).Id, number)
            : throw new ArgumentException($"The cell \"{cell}\" is not family:level, for example word_sorting:5.", nameof(cell));

    public override string ToString() => $"{Family} {Level}";
}

/// <summary>Draws on held-out problems, cell by cell, on all cores.</summary>
internal sealed class FamilyMeasurement(IProposer proposer, IReadOnlyList<IScorer> scorers, int problems, int draws, ulong seed)
{
    /// <summary>Families that only train others are left out, and levels with too few problems to hold any out.</summary>
    public static IReadOnlyList<CellName> AllCells { get; } =
    [
        .. from family in TaskFamilies.All
           where family.Id is not ("drill" or "copy")
           from level in family.Levels
           where HoldOut.CanHoldOut(family, level)
           select new CellName(family.Id, level),
    ];

    /// <summary>Draws for every problem of a cell; for fewer where the level has no more.</summary>
    public async Task<IReadOnlyList<DrawnProblem>> DrawAsync(CellName cell, CancellationToken cancellationToken)
    {
        IReadOnlyList<GeneratedExample> examples = HoldOut.DrawAtMost(TaskFamilies.Get(cell.Family), cell.Level, problems, seed);
        var drawn = new ConcurrentDictionary<int, DrawnProblem>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, examples.Count, parallel, async (i, token) =>
        {
            Problem problem = FamilyTasks.ToProblem(examples[i], $"{cell.Family}-{cell.Level}-{i}");
            drawn[i] = await DrawnProblem.DrawAsync(proposer, scorers, problem, draws, seed, token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return [.. drawn.OrderBy(pair => pair.Key).Select(pair => pair.Value)];
    }
}
