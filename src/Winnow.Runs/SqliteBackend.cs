using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Winnow.Runs;

/// <summary>A store in one SQLite file with a write-ahead log.</summary>
/// <remarks>
/// SQLite's default of a full synchronisation at each commit is kept: what a transaction has written survives the loss
/// of power. A claim is a lock on a file beside the store, which the system takes back when its process ends.
/// </remarks>
internal sealed class SqliteBackend : StoreBackend
{
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Busy = 5;
    private const int Locked = 6;

    private readonly string _path;

    public SqliteBackend(string path)
    {
        _path = Path.GetFullPath(path);
        Location = path;
        SqliteConnectionStringBuilder connection = new() { DataSource = _path, DefaultTimeout = 60 };
        Options = new DbContextOptionsBuilder<RunContext>().UseSqlite(connection.ToString()).Options;
    }

    public override string Location { get; }

    public override DbContextOptions<RunContext> Options { get; }

    private string Claims => _path + ".claims";

    public override async Task PrepareAsync(RunContext context, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Claims);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken).ConfigureAwait(false);
    }

    // A transaction of this library takes the one write lock that there is when it begins.
    public override Task LockSchemaAsync(RunContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<IAsyncDisposable?> TryClaimAsync(string run, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<IAsyncDisposable?>(new FileStream(ClaimOf(run), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new WinnowException($"The store {Location} cannot be written ({error.Message}). Name another with --store, or set WINNOW_HOME.", error);
        }
        catch (IOException) when (File.Exists(ClaimOf(run)))
        {
            return Task.FromResult<IAsyncDisposable?>(null);
        }
    }

    public override void Forget(string run) => File.Delete(ClaimOf(run));

    public override string? Explain(DbException error) => (error as SqliteException)?.SqliteErrorCode switch
    {
        Full => $"The disk that holds {Location} is full. What was finished before is kept: free some space and go on.",
        InputOutput => $"{Location} cannot be written ({error.Message}): the disk may be full or failing. What was finished before is kept.",
        ReadOnly or CannotOpen => $"The store {Location} cannot be written. Name another with --store, or set WINNOW_HOME.",
        Corrupt or NotADatabase => $"{Location} is not a store of runs, or it is damaged. Move it away, or name another with --store.",
        Busy or Locked => $"The store {Location} is kept busy by another process. Try again when that has ended.",
        _ => null,
    };

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string ClaimOf(string run) => Path.Combine(Claims, run);
}
