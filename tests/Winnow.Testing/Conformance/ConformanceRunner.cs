using System.Text;

namespace Winnow.Testing.Conformance;

/// <summary>A row believed wrong, with the reason; shown wherever rows are counted.</summary>
/// <param name="Document">The document's name.</param>
/// <param name="Id">The row's id.</param>
/// <param name="Reason">What is wrong with it and how that was found.</param>
public sealed record DisputedRow(string Document, string Id, string Reason);

/// <summary>Replays the rows of one method and says where they differ.</summary>
public static class ConformanceRunner
{
    private const int FieldsShown = 6;

    /// <summary>A report of every row that differs; null where all agree.</summary>
    /// <param name="document">The document.</param>
    /// <param name="method">The method whose rows are replayed.</param>
    /// <param name="handler">Computes a row.</param>
    /// <param name="disputed">Rows believed wrong.</param>
    /// <param name="isBuilt">Which rows can be computed yet; null means all.</param>
    /// <remarks>A disputed row that agrees is reported too: then it is no longer disputed.</remarks>
    public static async Task<string?> RunAsync(
        ConformanceDocument document, string method, RowHandler handler, IReadOnlyList<DisputedRow> disputed, Func<ConformanceRow, bool>? isBuilt = null)
    {
        var report = new StringBuilder();
        int failed = 0;
        ConformanceRow[] rows = [.. document.Rows.Where(row => row.Method == method && (isBuilt is null || isBuilt(row)))];
        foreach (ConformanceRow row in rows)
        {
            IReadOnlyList<string> differences = await DifferencesAsync(row, handler);
            bool isDisputed = disputed.Any(d => d.Document == document.Name && d.Id == row.Id);
            if (isDisputed && differences.Count > 0)
            {
                continue;
            }
            if (isDisputed)
            {
                differences = ["agrees, yet is listed as disputed"];
            }
            if (differences.Count == 0)
            {
                continue;
            }
            failed++;
            report.AppendLine($"{row.Id} (tolerance {row.Tolerance:g3})");
            foreach (string difference in differences.Take(FieldsShown))
            {
                report.AppendLine("    " + difference);
            }
            if (differences.Count > FieldsShown)
            {
                report.AppendLine($"    and {differences.Count - FieldsShown} more");
            }
        }
        return failed == 0 ? null : $"{document.Label}/{method}: {failed} of {rows.Length} rows differ{Environment.NewLine}{report}";
    }

    /// <summary>Where one row differs; empty where it agrees.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(ConformanceRow row, RowHandler handler)
    {
        object? actual;
        try
        {
            actual = handler(row);
            if (actual is Task<object?> task)
            {
                actual = await task;
            }
        }
        catch (Exception refusal) when (row.ExpectsError && refusal is ArgumentException or WinnowException)
        {
            return [];
        }
        catch (Exception failure)
        {
            return [row.ExpectsError ? $"must be refused as a caller's mistake, but threw {failure}" : $"threw {failure}"];
        }
        return row.ExpectsError && !ReportsUndefined(actual)
            ? [$"must be refused ({row.Expected.GetProperty("error")}), but answered"]
            : row.ExpectsError ? [] : JsonComparer.Differences(row.Expected, actual, row.Tolerance);
    }

    private static bool ReportsUndefined(object? actual) =>
        actual?.GetType().GetProperty("error")?.GetValue(actual) is string { Length: > 0 };
}
