using Winnow.Endpoints;
using Winnow.Runs;

namespace Winnow.Cli.Sources;

/// <summary>Checksums of what a name on the command line stands for, so that a run knows when a model has changed.</summary>
internal static class ModelFingerprint
{
    private static readonly string[] Kinds = [".json", ".safetensors", ".model", ".txt", ".gguf"];

    /// <summary>The checksum of a model's files.</summary>
    /// <param name="name">A bundled name, a folder or a file; null: the default model.</param>
    /// <returns>The checksum; of an endpoint, that of its name and address; null where there are no files.</returns>
    public static string? Of(string? name)
    {
        string model = name ?? ModelShelf.DefaultName;
        if (Manifest.OrNull?.Models.TryGetValue(model, out var entry) == true)
        {
            return ContentHash.Of([.. entry.Files.OrderBy(file => file.Key, StringComparer.Ordinal).SelectMany(file => (string[])[file.Key, file.Value])])[..32];
        }
        if (EndpointSpec.IsEndpoint(model))
        {
            return ContentHash.Of([model])[..32];
        }
        if (Directory.Exists(model))
        {
            IEnumerable<string> files = Directory.EnumerateFiles(model).Where(file => Kinds.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));
            return ContentHash.OfFiles(files.Order(StringComparer.Ordinal))[..32];
        }
        return File.Exists(model) ? ContentHash.OfFiles([model])[..32] : null;
    }

    /// <summary>The checksum of the model that a scorer reads with.</summary>
    /// <param name="scorer">The scorer as it is named on the command line.</param>
    /// <returns>The checksum; null where it has no model of its own.</returns>
    public static string? OfScorer(string scorer) => scorer.Split(':', 2) is [_, { Length: > 0 } model] ? Of(model) : null;
}
