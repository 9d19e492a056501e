using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace Winnow.Runs;

/// <summary>The version of the tables: the migrations that a store has been through.</summary>
/// <remarks>
/// The migrations run as one script in one transaction, under a lock that ends with it: a process that is killed
/// meanwhile leaves the store as it was, and no lock behind.
/// </remarks>
internal static class StoreSchema
{
    /// <summary>Migrates an older or empty store.</summary>
    /// <exception cref="WinnowException">The store has been through migrations that this version does not know.</exception>
    public static async Task BringUpToDateAsync(RunContext context, StoreBackend backend, CancellationToken cancellationToken)
    {
        if (await PendingAsync(context, backend, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }
        IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var rolledBack = transaction.ConfigureAwait(false);
        await backend.LockSchemaAsync(context, cancellationToken).ConfigureAwait(false);
        // A question about a table that is not there would end a transaction of PostgreSQL.
        await context.Database.ExecuteSqlRawAsync(context.GetService<IHistoryRepository>().GetCreateIfNotExistsScript(), cancellationToken).ConfigureAwait(false);
        // Another process may have done it in the meantime.
        if (await PendingAsync(context, backend, cancellationToken).ConfigureAwait(false) is { } from)
        {
            string script = context.GetService<IMigrator>().GenerateScript(from, toMigration: null, MigrationsSqlGenerationOptions.NoTransactions);
            await context.Database.ExecuteSqlRawAsync(script.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal), cancellationToken).ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The migration to start from where some are pending; null where none is.</summary>
    private static async Task<string?> PendingAsync(RunContext context, StoreBackend backend, CancellationToken cancellationToken)
    {
        string[] applied = [.. await context.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)];
        string[] known = [.. context.Database.GetMigrations()];
        if (applied.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new WinnowException($"{backend.Location} was written by a newer version of Winnow: its tables are at \"{unknown}\", and this version knows them up to \"{known[^1]}\". Use that version, or name another store with --store.");
        }
        return applied.Length == known.Length ? null : applied.LastOrDefault() ?? Migration.InitialDatabase;
    }
}
