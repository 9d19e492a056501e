using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Winnow.Embedded;

/// <summary>What Winnow ships: models, tasks, checksums, and which of them are the defaults.</summary>
public sealed record EmbeddedManifest
{
    private static readonly Lazy<EmbeddedManifest> Current = new(Read);

    /// <summary>The manifest of this build.</summary>
    /// <exception cref="WinnowException">The files do not stand beside the program.</exception>
    public static EmbeddedManifest Default => Current.Value;

    /// <summary>Version of this format.</summary>
    public required string Schema { get; init; }

    /// <summary>Model that draws where none is named.</summary>
    public required string DefaultModel { get; init; }

    /// <summary>Scorer that judges where none is named, for example <c>logprob:embedded</c>.</summary>
    public required string DefaultScorer { get; init; }

    /// <summary>Task where none is named.</summary>
    public required string DefaultTask { get; init; }

    /// <summary>The models, by name.</summary>
    public required IReadOnlyDictionary<string, EmbeddedModelEntry> Models { get; init; }

    /// <summary>The tasks, by name.</summary>
    public required IReadOnlyDictionary<string, EmbeddedTaskEntry> Tasks { get; init; }

    /// <summary>Folder that holds the files.</summary>
    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "embedded");

    /// <summary>Compares every file with its checksum.</summary>
    /// <returns>One line for each file that is missing or differs; empty where all is well.</returns>
    public IReadOnlyList<string> Verify()
    {
        List<string> wrong = [];
        foreach ((string name, string checksum) in Models.Values.SelectMany(m => m.Files).Concat(Tasks.Values.Select(t => KeyValuePair.Create(t.File, t.Sha256))))
        {
            string path = Path.Combine(Folder, name);
            if (!File.Exists(path))
            {
                wrong.Add($"{path} is missing");
                continue;
            }
            using FileStream stream = File.OpenRead(path);
            if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(stream)), checksum, StringComparison.Ordinal))
            {
                wrong.Add($"{path} differs from the file that was shipped");
            }
        }
        return wrong;
    }

    private static EmbeddedManifest Read()
    {
        string path = Path.Combine(Folder, "manifest.json");
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.EmbeddedManifest)
                ?? throw new WinnowException($"{path} is empty: build the project again.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WinnowException($"{path} cannot be read ({failure.Message}): the embedded files stand beside the program; build or install it again.", failure);
        }
        catch (JsonException failure)
        {
            throw new WinnowException($"{path} is not a manifest ({failure.Message}): build or install the program again.", failure);
        }
    }
}

/// <summary>A shipped model.</summary>
/// <param name="Summary">What it is, in a line.</param>
/// <param name="Kind"><c>generator</c> or <c>process-reward-model</c>.</param>
/// <param name="Files">Path below the embedded folder, and SHA-256 in lower-case hexadecimal.</param>
public sealed record EmbeddedModelEntry(string Summary, string Kind, IReadOnlyDictionary<string, string> Files);

/// <summary>A shipped task.</summary>
/// <param name="Summary">What it is, in a line.</param>
/// <param name="File">Path below the embedded folder.</param>
/// <param name="Sha256">Checksum in lower-case hexadecimal.</param>
public sealed record EmbeddedTaskEntry(string Summary, string File, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(EmbeddedManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
