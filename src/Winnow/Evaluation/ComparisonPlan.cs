using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Evaluation;

/// <summary>What a comparison runs: strategies × budgets over the problems of a task.</summary>
public sealed record ComparisonPlan
{
    /// <summary>The task.</summary>
    public required TaskSet Task { get; init; }

    /// <summary>The strategies, in the order of the table. At least one; each id once.</summary>
    public required IReadOnlyList<IStrategy> Strategies
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Strategies));
            if (value.Count == 0)
            {
                throw new ArgumentException("A comparison needs at least one strategy.", nameof(Strategies));
            }
            if (value.GroupBy(strategy => strategy.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw new ArgumentException($"The strategy \"{twice.Key}\" is listed {twice.Count()} times; list each once.", nameof(Strategies));
            }
            field = value;
        }
    }

    /// <summary>Caps for each problem, rising. Unit: generated plus scorer tokens; each at least 1.</summary>
    public required IReadOnlyList<long> Budgets
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Budgets));
            if (value.Count == 0)
            {
                throw new ArgumentException("A comparison needs at least one budget, in tokens for each problem.", nameof(Budgets));
            }
            for (int i = 0; i < value.Count; i++)
            {
                if (value[i] < 1)
                {
                    throw new ArgumentOutOfRangeException(nameof(Budgets), value[i], $"The budget is {value[i]} tokens for each problem; nothing can be drawn for less than 1. Give the cap in tokens, for example 500.");
                }
                if (i > 0 && value[i] <= value[i - 1])
                {
                    throw new ArgumentException($"The budgets {string.Join(", ", value)} must rise; list each once, smallest first.", nameof(Budgets));
                }
            }
            field = value;
        }
    }

    /// <summary>Problems to run, spread evenly over the task's order; null: all. Unit: problems; at least 1. More than there are means all.</summary>
    public int? Problems
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Problems), value, $"The number of problems is {value}; it must be at least 1. Leave it out to run all of them.");
    }

    /// <summary>Run seed: all randomness is a function of it, the problem and the draw settings.</summary>
    public ulong Seed { get; init; }

    /// <summary>Problems that run side by side. Unit: threads; 0 means one for each core. Results do not depend on it.</summary>
    public int Threads
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Threads), value, "The number of threads must be 0 (all cores) or more.");
    }

    /// <summary>Problems whose transcripts are kept. Unit: problems; at least 0; default 24.</summary>
    public int Transcripts
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Transcripts), value, "The number of transcripts must be 0 or more.");
    } = 24;

    /// <summary>The problems that this plan runs, in task order.</summary>
    public IReadOnlyList<Problem> ChosenProblems()
    {
        IReadOnlyList<Problem> all = Task.Problems;
        int count = Math.Min(Problems ?? all.Count, all.Count);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
    }
}
