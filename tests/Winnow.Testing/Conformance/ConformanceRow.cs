using System.Text.Json;

namespace Winnow.Testing.Conformance;

/// <summary>One golden row: a method, what it is given, and what must come out.</summary>
/// <param name="Method">The row's <c>method</c>, <c>sampler</c> or <c>metric</c>.</param>
/// <param name="Id">Unique within its document.</param>
/// <param name="Params">Settings; an empty object where there are none.</param>
/// <param name="Input">What the method reads.</param>
/// <param name="Expected">The fields that must come out; others may come out beside them.</param>
/// <param name="Tolerance">Absolute, on every number of <paramref name="Expected"/>; 0 means exact.</param>
/// <param name="Folder">Folder that relative paths in the row start from.</param>
public sealed record ConformanceRow(
    string Method, string Id, JsonElement Params, JsonElement Input, JsonElement Expected, double Tolerance, string Folder)
{
    /// <summary>Whether the call must be refused: <c>expected</c> is nothing but an error's meaning.</summary>
    public bool ExpectsError =>
        Expected.ValueKind == JsonValueKind.Object
        && Expected.TryGetProperty("error", out JsonElement error)
        && error.ValueKind == JsonValueKind.String;

    /// <summary>
    /// The full path of a file the row names. A file that does not stand beside the row's own document is looked for
    /// in the shared conformance folder.
    /// </summary>
    public string Resolve(string relativePath)
    {
        string beside = Path.Combine(Folder, relativePath);
        return Path.Exists(beside) ? beside : SharedFolder.Find(Path.Combine("conformance", relativePath)) ?? beside;
    }
}
