using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Winnow.Budgets;

namespace Winnow.Runs;

/// <summary>Runs in a database: SQLite in a file, or PostgreSQL.</summary>
/// <remarks>
/// One transaction for each call of <see cref="WriteAsync"/>. A store is opened by this version of Winnow if its tables
/// are those of this version or of an older one, which are brought up to date in one transaction; those of a newer one
/// are refused. Where two processes draw the same answer at the same moment, the first that is stored stays.
/// </remarks>
public sealed class RunStore : IRunStore
{
    private readonly StoreBackend _backend;
    private readonly TimeProvider _time;

    private RunStore(StoreBackend backend, TimeProvider time)
    {
        (_backend, _time) = (backend, time);
    }

    /// <inheritdoc/>
    public string Location => _backend.Location;

    /// <summary>Opens a store, or makes an empty one.</summary>
    /// <param name="where">Path of a SQLite file, or a PostgreSQL connection string such as <c>Host=localhost;Database=winnow</c>.</param>
    /// <param name="time">Clock of the records; null: the system's.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="WinnowException">It cannot be opened or written, or was written by a newer version of Winnow.</exception>
    public static async Task<RunStore> OpenAsync(string where, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(where);
        StoreBackend backend = IsConnectionString(where) ? new PostgresBackend(where) : new SqliteBackend(where);
        RunStore store = new(backend, time ?? TimeProvider.System);
        try
        {
            await store.ExplainedAsync(async () =>
            {
                RunContext context = store.Open();
                await using var owned = context.ConfigureAwait(false);
                await backend.PrepareAsync(context, cancellationToken).ConfigureAwait(false);
                await StoreSchema.BringUpToDateAsync(context, backend, cancellationToken).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ClaimAsync(RunStart start, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        return ExplainedAsync(async () =>
        {
            RunContext context = Open();
            await using var owned = context.ConfigureAwait(false);
            string id = start.Identity.Id;
            IAsyncDisposable? claim = await _backend.TryClaimAsync(id, cancellationToken).ConfigureAwait(false);
            RunRow? known = await context.Runs.SingleOrDefaultAsync(run => run.Id == id, cancellationToken).ConfigureAwait(false);
            if (claim is null)
            {
                throw new RunInUseException(id, known?.Owner);
            }
            long now = Now();
            if (known is null)
            {
                known = new RunRow
                {
                    Id = id,
                    Identity = start.Identity.ToJson(),
                    Series = start.Identity.Series,
                    Command = RowText.Words(start.Command),
                    Comparison = start.Comparison,
                    Begun = now,
                    Written = now,
                };
                context.Runs.Add(known);
            }
            known.Owner = FormattableString.Invariant($"process {Environment.ProcessId} on {Environment.MachineName}");
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return claim;
        });
    }

    /// <inheritdoc/>
    public Task<int> WriteAsync(IReadOnlyList<DrawRecord> draws, IReadOnlyList<ProblemResult> results, RunPart? part, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentNullException.ThrowIfNull(results);
        return ExplainedAsync(async () =>
        {
            RunContext context = Open();
            await using var owned = context.ConfigureAwait(false);
            IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var rolledBack = transaction.ConfigureAwait(false);
            int added = await RowWriter.InsertAsync(context, [.. draws.Select(RowText.RowOf)], replaces: false, cancellationToken).ConfigureAwait(false);
            await RowWriter.InsertAsync(context, [.. results.Select(RowText.RowOf)], replaces: true, cancellationToken).ConfigureAwait(false);
            await RowWriter.InsertAsync(context, part is null ? [] : (PartRow[])[RowText.RowOf(part)], replaces: true, cancellationToken).ConfigureAwait(false);
            string[] runs = [.. draws.Select(draw => draw.Run).Concat(results.Select(result => result.Run)).Distinct(StringComparer.Ordinal)];
            long now = Now();
            await context.Runs.Where(run => EF.Parameter(runs).Contains(run.Id)).ExecuteUpdateAsync(set => set.SetProperty(run => run.Written, now), cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return added;
        });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunRecord>> ListAsync(CancellationToken cancellationToken = default) => ListAsync(null, cancellationToken);

    /// <inheritdoc/>
    public async Task<RunRecord?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        await ListAsync(id, cancellationToken).ConfigureAwait(false) is [var run, ..] ? run : null;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProblemResult>> ResultsAsync(IReadOnlyCollection<string> runs, string problem, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(runs);
        string[] wanted = [.. runs];
        return ExplainedAsync<IReadOnlyList<ProblemResult>>(async () =>
        {
            RunContext context = Open();
            await using var owned = context.ConfigureAwait(false);
            List<ResultRow> rows = await context.Results.AsNoTracking()
                .Where(row => EF.Parameter(wanted).Contains(row.Run) && row.Problem == problem)
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            return [.. rows.Select(RowText.RecordOf)];
        });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProblemResult> ResultsAsync(string run, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RunContext context = Open();
        await using var owned = context.ConfigureAwait(false);
        await foreach (ResultRow row in context.Results.AsNoTracking().Where(row => row.Run == run).OrderBy(row => row.Index)
            .AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return RowText.RecordOf(row);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DrawRecord>> DrawsAsync(string series, string problem, string? promptHash, CancellationToken cancellationToken = default) =>
        ExplainedAsync<IReadOnlyList<DrawRecord>>(async () =>
        {
            RunContext context = Open();
            await using var owned = context.ConfigureAwait(false);
            List<DrawRow> rows = await context.Draws.AsNoTracking()
                .Where(row => row.Series == series && row.Problem == problem && (promptHash == null || row.PromptHash == promptHash))
                .OrderBy(row => row.Slot).ThenBy(row => row.Attempt)
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            return [.. rows.Select(RowText.RecordOf)];
        });

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunPart>> PartsAsync(string owner, CancellationToken cancellationToken = default) => ExplainedAsync<IReadOnlyList<RunPart>>(async () =>
    {
        RunContext context = Open();
        await using var owned = context.ConfigureAwait(false);
        List<PartRow> rows = await context.Parts.AsNoTracking().Where(row => row.Owner == owner).OrderBy(row => row.Number).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(RowText.RecordOf)];
    });

    /// <inheritdoc/>
    public Task DeleteAsync(string run, CancellationToken cancellationToken = default) => ExplainedAsync(async () =>
    {
        RunContext context = Open();
        await using var owned = context.ConfigureAwait(false);
        RunRow row = await context.Runs.SingleOrDefaultAsync(known => known.Id == run, cancellationToken).ConfigureAwait(false)
            ?? throw new ArgumentException($"There is no run {run} in {Location}.", nameof(run));
        IAsyncDisposable claim = await _backend.TryClaimAsync(run, cancellationToken).ConfigureAwait(false) ?? throw new RunInUseException(run, row.Owner);
        await using var released = claim.ConfigureAwait(false);
        IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var rolledBack = transaction.ConfigureAwait(false);
        await context.Results.Where(result => result.Run == run).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        context.Runs.Remove(row);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        // Of a comparison, its last run takes the parts with it.
        string owner = row.Comparison ?? row.Id;
        if (!await context.Runs.AnyAsync(other => other.Comparison == owner, cancellationToken).ConfigureAwait(false))
        {
            await context.Parts.Where(part => part.Owner == owner).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }
        if (!await context.Runs.AnyAsync(other => other.Series == row.Series, cancellationToken).ConfigureAwait(false))
        {
            await context.Draws.Where(draw => draw.Series == row.Series).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        _backend.Forget(run);
        return true;
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    private static bool IsConnectionString(string where) =>
        where.Contains("Host=", StringComparison.OrdinalIgnoreCase) || where.Contains("Server=", StringComparison.OrdinalIgnoreCase);

    private RunContext Open() => new(_backend.Options);

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private Task<IReadOnlyList<RunRecord>> ListAsync(string? id, CancellationToken cancellationToken) => ExplainedAsync<IReadOnlyList<RunRecord>>(async () =>
    {
        RunContext context = Open();
        await using var owned = context.ConfigureAwait(false);
        List<RunRow> runs = await context.Runs.AsNoTracking().Where(run => id == null || run.Id == id)
            .OrderByDescending(run => run.Written).ThenBy(run => run.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var sums = await context.Results.Where(row => id == null || row.Run == id).GroupBy(row => row.Run).Select(group => new
        {
            Run = group.Key,
            Finished = group.Count(row => row.Error == null),
            Failed = group.Count(row => row.Error != null),
            Correct = group.Count(row => row.IsCorrect),
            Covered = group.Count(row => row.IsCovered),
            Failures = group.Sum(row => row.Failures),
            Used = new Usage
            {
                PromptTokens = group.Sum(row => row.PromptTokens),
                ForwardTokens = group.Sum(row => row.ForwardTokens),
                TokensGenerated = group.Sum(row => row.TokensGenerated),
                ScorerTokens = group.Sum(row => row.ScorerTokens),
                Calls = group.Sum(row => row.Calls),
                Seconds = group.Sum(row => row.Seconds),
            },
        }).ToDictionaryAsync(sum => sum.Run, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
        var paid = await context.Results.Where(row => row.Cost != null && (id == null || row.Run == id)).Select(row => new { row.Run, row.Cost })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        ILookup<string, decimal> costs = paid.ToLookup(row => row.Run, row => UsageRow.MoneyOf(row.Cost) ?? 0, StringComparer.Ordinal);
        return [.. runs.Select(run =>
        {
            RunRecord record = new()
            {
                Id = run.Id,
                Identity = RunIdentity.FromJson(run.Identity),
                Command = RowText.WordsOf(run),
                Comparison = run.Comparison,
                Begun = DateTimeOffset.FromUnixTimeMilliseconds(run.Begun),
                Written = DateTimeOffset.FromUnixTimeMilliseconds(run.Written),
            };
            return !sums.TryGetValue(run.Id, out var sum) ? record : record with
            {
                Finished = sum.Finished,
                Failed = sum.Failed,
                Correct = sum.Correct,
                Covered = sum.Covered,
                Failures = sum.Failures,
                Used = sum.Used with { Cost = costs[run.Id].Sum() },
            };
        })];
    });

    // Whatever a database says becomes one message that names the store and says what to do.
    private async Task<T> ExplainedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception error) when (error is DbException or DbUpdateException or IOException or UnauthorizedAccessException)
        {
            DbException? cause = error as DbException ?? error.InnerException as DbException;
            string message = (cause is null ? null : _backend.Explain(cause))
                ?? string.Create(CultureInfo.InvariantCulture, $"The store {Location} cannot be used ({(cause ?? error).Message}). Name another with --store, or set WINNOW_HOME.");
            throw new WinnowException(message, error);
        }
    }
}
