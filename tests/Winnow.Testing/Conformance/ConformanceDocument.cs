using System.Text.Json;

namespace Winnow.Testing.Conformance;

/// <summary>A file of golden rows with the conventions they follow.</summary>
/// <param name="Name">File name without extension, for example <c>numerics</c>.</param>
/// <param name="Label">Name, with its folder before it where the file does not stand in the shared folder.</param>
/// <param name="Conventions">What the numbers mean, in the document's own words.</param>
/// <param name="DeclaredCount">The number of rows the document says it has.</param>
/// <param name="Rows">The rows.</param>
public sealed record ConformanceDocument(
    string Name, string Label, IReadOnlyList<string> Conventions, int DeclaredCount, IReadOnlyList<ConformanceRow> Rows)
{
    /// <summary>Environment variable with further folders of documents, separated as in PATH.</summary>
    public const string FoldersVariable = "WINNOW_CONFORMANCE";

    private static readonly Lazy<IReadOnlyList<ConformanceDocument>> Loaded = new(LoadAll);

    /// <summary>Every document of the shared folder and of the folders the environment names; empty where there is none.</summary>
    public static IReadOnlyList<ConformanceDocument> All => Loaded.Value;

    /// <summary>Reads one document.</summary>
    public static ConformanceDocument Load(string path, string label)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = json.RootElement.Clone();
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var rows = new List<ConformanceRow>();
        foreach (JsonElement row in root.GetProperty("vectors").EnumerateArray())
        {
            rows.Add(new ConformanceRow(
                MethodOf(row), row.GetProperty("id").GetString()!, Part(row, "params"), Part(row, "input"),
                row.GetProperty("expected"), row.TryGetProperty("tolerance", out JsonElement tolerance) ? tolerance.GetDouble() : 0, folder));
        }
        return new ConformanceDocument(
            Path.GetFileNameWithoutExtension(path), label,
            root.TryGetProperty("conventions", out JsonElement conventions) ? [.. conventions.EnumerateArray().Select(c => c.ToString())] : [],
            root.TryGetProperty("count", out JsonElement count) ? count.GetInt32() : rows.Count, rows);
    }

    private static List<ConformanceDocument> LoadAll()
    {
        var documents = new List<ConformanceDocument>();
        if (SharedFolder.Find("conformance") is { } shared)
        {
            foreach (string path in JsonFiles(shared))
            {
                documents.Add(Load(path, Path.GetFileNameWithoutExtension(path)));
            }
        }
        string[] further = (Environment.GetEnvironmentVariable(FoldersVariable) ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string folder in further)
        {
            foreach (string path in JsonFiles(folder))
            {
                documents.Add(Load(path, Path.Combine(folder, Path.GetFileNameWithoutExtension(path))));
            }
        }
        return documents;
    }

    private static IOrderedEnumerable<string> JsonFiles(string folder) =>
        Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal);

    private static string MethodOf(JsonElement row)
    {
        foreach (string key in (string[])["method", "sampler", "metric"])
        {
            if (row.TryGetProperty(key, out JsonElement method))
            {
                return method.GetString()!;
            }
        }
        throw new InvalidDataException($"Row {row.GetProperty("id")} names no method, sampler or metric.");
    }

    private static JsonElement Part(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement part) && part.ValueKind != JsonValueKind.Null
            ? part
            : JsonSerializer.SerializeToElement(new { });
}
