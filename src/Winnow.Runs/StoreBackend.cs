using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Winnow.Runs;

/// <summary>What differs between databases: how they are reached, how a run is claimed, and what their errors mean.</summary>
internal abstract class StoreBackend : IAsyncDisposable
{
    /// <summary>Where the store is, for people; never with a password.</summary>
    public abstract string Location { get; }

    /// <summary>How contexts reach it.</summary>
    public abstract DbContextOptions<RunContext> Options { get; }

    /// <summary>Prepares a store that is there or makes an empty one.</summary>
    public abstract Task PrepareAsync(RunContext context, CancellationToken cancellationToken);

    /// <summary>Holds off other processes that want to change the tables, until the transaction ends.</summary>
    public abstract Task LockSchemaAsync(RunContext context, CancellationToken cancellationToken);

    /// <summary>Claims a run until the claim is disposed or this process ends, whichever way; null where somebody else has.</summary>
    public abstract Task<IAsyncDisposable?> TryClaimAsync(string run, CancellationToken cancellationToken);

    /// <summary>Forgets a run that is no more; its claim is held.</summary>
    public virtual void Forget(string run)
    {
    }

    /// <summary>What a database error means to the user, and what to do; null where nothing better can be said than the error itself.</summary>
    public abstract string? Explain(DbException error);

    public abstract ValueTask DisposeAsync();
}
