using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Winnow.Runs;

/// <summary>A store in a PostgreSQL database.</summary>
/// <remarks>A claim is an advisory lock of one session, which the server takes back when the session ends.</remarks>
internal sealed class PostgresBackend : StoreBackend
{
    // Any fixed number serves, as long as it is the same in every version of Winnow.
    private const long SchemaLock = 0x57494E4E4F57;

    private readonly NpgsqlDataSource _source;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HashSet<string> _claimed = new(StringComparer.Ordinal);
    private NpgsqlConnection? _session;

    public PostgresBackend(string connectionString)
    {
        NpgsqlConnectionStringBuilder connection;
        try
        {
            connection = new(connectionString);
        }
        catch (ArgumentException error)
        {
            throw new WinnowException($"The store's connection string cannot be read ({error.Message}). It looks like \"Host=localhost;Database=winnow;Username=me\".", error);
        }
        _source = NpgsqlDataSource.Create(connection);
        Location = $"PostgreSQL database {connection.Database} at {connection.Host}";
        Options = new DbContextOptionsBuilder<RunContext>().UseNpgsql(_source).Options;
    }

    public override string Location { get; }

    public override DbContextOptions<RunContext> Options { get; }

    public override Task PrepareAsync(RunContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task LockSchemaAsync(RunContext context, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({SchemaLock})", cancellationToken);

    public override async Task<IAsyncDisposable?> TryClaimAsync(string run, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // One session may take a lock several times, so this process must know what it has.
            if (_claimed.Contains(run))
            {
                return null;
            }
            _session ??= await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            if (!await AskAsync("SELECT pg_try_advisory_lock($1)", run, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
            _claimed.Add(run);
            return new Claim(this, run);
        }
        finally
        {
            _gate.Release();
        }
    }

    public override string? Explain(DbException error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => $"The disk of {Location} is full. What was finished before is kept: free some space and go on.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            $"{Location} refuses the user ({error.Message}). Check Username, and the password in PGPASSWORD or ~/.pgpass.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => $"There is no {Location}. Make it with `createdb`.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => $"{Location} refuses to write ({error.Message}). Use a user who may make tables there.",
        NpgsqlException { InnerException: System.Net.Sockets.SocketException or TimeoutException } => $"{Location} does not answer ({error.Message}). Is the server running?",
        _ => null,
    };

    public override async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync().ConfigureAwait(false);
        }
        await _source.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task<bool> AskAsync(string question, string run, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(question, _session) { Parameters = { new NpgsqlParameter<long> { TypedValue = NumberOf(run) } } };
        await using var owned = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private static long NumberOf(string run) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes("winnow-run:" + run)));

    private sealed class Claim(PostgresBackend backend, string run) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await backend._gate.WaitAsync().ConfigureAwait(false);
            try
            {
                if (backend._claimed.Remove(run))
                {
                    await backend.AskAsync("SELECT pg_advisory_unlock($1)", run, CancellationToken.None).ConfigureAwait(false);
                }
            }
            catch (NpgsqlException)
            {
                // The session has ended, and its locks with it.
            }
            finally
            {
                backend._gate.Release();
            }
        }
    }
}
