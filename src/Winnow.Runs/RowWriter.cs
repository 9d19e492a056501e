using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Winnow.Runs;

/// <summary>Inserts many rows by one prepared command, which is several times as quick as tracking each of them.</summary>
internal static class RowWriter
{
    /// <summary>Inserts rows within the context's transaction.</summary>
    /// <param name="context">Its transaction is open.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="replaces">Whether a row with the same key is replaced; else it stays, and the new one is left out.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many rows were written.</returns>
    public static async Task<int> InsertAsync<T>(RunContext context, IReadOnlyCollection<T> rows, bool replaces, CancellationToken cancellationToken)
        where T : class
    {
        if (rows.Count == 0)
        {
            return 0;
        }
        IEntityType type = context.Model.FindEntityType(typeof(T)) ?? throw new ArgumentException($"{typeof(T).Name} is not a table.", nameof(rows));
        IProperty[] columns = [.. type.GetProperties()];
        DbCommand command = context.Database.GetDbConnection().CreateCommand();
        await using var owned = command.ConfigureAwait(false);
        command.Transaction = context.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = Statement(type, columns, replaces);
        for (int i = 0; i < columns.Length; i++)
        {
            command.Parameters.Add(columns[i].GetRelationalTypeMapping().CreateParameter(command, $"@p{i}", value: null, columns[i].IsNullable));
        }
        await command.PrepareAsync(cancellationToken).ConfigureAwait(false);
        int written = 0;
        foreach (T row in rows)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                command.Parameters[i].Value = columns[i].GetGetter().GetClrValue(row) ?? DBNull.Value;
            }
            written += await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        return written;
    }

    // Names come from the model, values go as parameters.
    private static string Statement(IEntityType type, IProperty[] columns, bool replaces)
    {
        string[] names = [.. columns.Select(column => Quoted(column.GetColumnName()))];
        string[] keys = [.. type.FindPrimaryKey()!.Properties.Select(key => Quoted(key.GetColumnName()))];
        string otherwise = replaces
            ? $"DO UPDATE SET {string.Join(", ", names.Except(keys, StringComparer.Ordinal).Select(name => $"{name} = excluded.{name}"))}"
            : "DO NOTHING";
        return $"INSERT INTO {Quoted(type.GetTableName()!)} ({string.Join(", ", names)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@p{i}"))}) "
            + $"ON CONFLICT ({string.Join(", ", keys)}) {otherwise}";
    }

    private static string Quoted(string name) => $"\"{name}\"";
}
