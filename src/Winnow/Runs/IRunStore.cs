namespace Winnow.Runs;

/// <summary>Keeps runs, their results and their draws. Thread-safe; several processes may use one store.</summary>
/// <remarks>Whatever goes wrong with the store itself is a <see cref="WinnowException"/> that names it and says what to do.</remarks>
public interface IRunStore : IAsyncDisposable
{
    /// <summary>Where it is, for people; never with a password.</summary>
    string Location { get; }

    /// <summary>Begins a run, or goes on with it where it is there, and claims it: nobody else can until the claim is disposed or this process ends.</summary>
    /// <exception cref="RunInUseException">Somebody else has claimed it.</exception>
    Task<IAsyncDisposable> ClaimAsync(RunStart start, CancellationToken cancellationToken = default);

    /// <summary>Writes draws, results and what was spent in one transaction: all of it is there afterwards, or nothing. A draw that is there already stays as it is; a result or a part replaces the one before.</summary>
    /// <param name="draws">Draws.</param>
    /// <param name="results">Results.</param>
    /// <param name="part">What this process has spent so far; null: nothing is said about it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many of the draws were new.</returns>
    Task<int> WriteAsync(IReadOnlyList<DrawRecord> draws, IReadOnlyList<ProblemResult> results, RunPart? part, CancellationToken cancellationToken = default);

    /// <summary>The parts that a run or a comparison has had, the first one first.</summary>
    /// <param name="owner">Name of the run or comparison.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<IReadOnlyList<RunPart>> PartsAsync(string owner, CancellationToken cancellationToken = default);

    /// <summary>All runs, the one written last first.</summary>
    Task<IReadOnlyList<RunRecord>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>A run by name; null where there is none.</summary>
    Task<RunRecord?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Results of some runs on one problem.</summary>
    Task<IReadOnlyList<ProblemResult>> ResultsAsync(IReadOnlyCollection<string> runs, string problem, CancellationToken cancellationToken = default);

    /// <summary>Results of a run, in the order of its problems.</summary>
    IAsyncEnumerable<ProblemResult> ResultsAsync(string run, CancellationToken cancellationToken = default);

    /// <summary>Draws of a series for one problem, in the order of slots and attempts.</summary>
    /// <param name="series">The series.</param>
    /// <param name="problem">Id of the problem.</param>
    /// <param name="promptHash">Hash of what the model read; null: whatever it read.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<IReadOnlyList<DrawRecord>> DrawsAsync(string series, string problem, string? promptHash, CancellationToken cancellationToken = default);

    /// <summary>Deletes a run and its results, and the draws of its series if no other run has that series.</summary>
    /// <exception cref="RunInUseException">Somebody has claimed it.</exception>
    Task DeleteAsync(string run, CancellationToken cancellationToken = default);
}
