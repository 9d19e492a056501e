using Winnow.Evaluation;

namespace Winnow.Runs;

/// <summary>Two runs on the problems that both have finished.</summary>
public sealed record RunPair
{
    /// <summary>Ids of the problems, in the order of the first run.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Whether the first run was right. Shape [problems].</summary>
    public required IReadOnlyList<bool> RightA { get; init; }

    /// <summary>Whether the second was. Shape [problems].</summary>
    public required IReadOnlyList<bool> RightB { get; init; }

    /// <summary>Share that the first got right. Range: 0 … 1.</summary>
    public double AccuracyA => RightA.Average(right => right ? 1.0 : 0.0);

    /// <summary>Share that the second got right. Range: 0 … 1.</summary>
    public double AccuracyB => RightB.Average(right => right ? 1.0 : 0.0);

    /// <summary>Reads what two runs have found.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="a">The first run.</param>
    /// <param name="b">The second.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<RunPair> ReadAsync(IRunStore store, string a, string b, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        Dictionary<string, bool> second = new(StringComparer.Ordinal);
        await foreach (ProblemResult result in store.ResultsAsync(b, cancellationToken).ConfigureAwait(false))
        {
            second[result.Problem] = result.IsCorrect;
        }
        List<string> problems = [];
        List<bool> rightA = [];
        List<bool> rightB = [];
        await foreach (ProblemResult result in store.ResultsAsync(a, cancellationToken).ConfigureAwait(false))
        {
            if (second.TryGetValue(result.Problem, out bool right))
            {
                problems.Add(result.Problem);
                rightA.Add(result.IsCorrect);
                rightB.Add(right);
            }
        }
        return new RunPair { Problems = problems, RightA = rightA, RightB = rightB };
    }

    /// <summary>Problems that only one of the two got right.</summary>
    /// <param name="first">Whether only the first, or only the second.</param>
    public IReadOnlyList<string> Only(bool first) =>
        [.. Problems.Where((_, i) => RightA[i] == first && RightB[i] != first)];

    /// <summary>McNemar's exact test, and a paired bootstrap interval of the first's accuracy less the second's.</summary>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <exception cref="InvalidOperationException">They have no problem in common.</exception>
    public PairedTest Test(ulong seed) => Problems.Count == 0
        ? throw new InvalidOperationException("The two runs have finished no problem in common.")
        : ComparisonTests.Test("a", "b", 0, [.. RightA], [.. RightB], seed);
}
