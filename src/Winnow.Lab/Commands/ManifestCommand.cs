using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Winnow.Embedded;

namespace Winnow.Lab.Commands;

/// <summary><c>winnow-lab manifest</c>: names and checksums of what Winnow ships.</summary>
internal static partial class ManifestCommand
{
    public static Command Create(TextWriter output)
    {
        Argument<string> folder = new("folder") { Description = "Source folder of Winnow.Embedded, with models/ and tasks/." };
        Option<string> model = new("--model") { Description = "Default model.", Required = true };
        Option<string> scorer = new("--scorer") { Description = "Default scorer.", Required = true };
        Option<string> task = new("--task") { Description = "Default task.", Required = true };
        Command command = new("manifest", "Write the manifest of the embedded models and tasks.") { folder, model, scorer, task };
        command.SetAction(parsed =>
        {
            string root = parsed.GetValue(folder)!;
            EmbeddedManifest manifest = new()
            {
                Schema = "winnow.embedded/1",
                DefaultModel = parsed.GetValue(model)!,
                DefaultScorer = parsed.GetValue(scorer)!,
                DefaultTask = parsed.GetValue(task)!,
                Models = new SortedDictionary<string, EmbeddedModelEntry>(
                    Directory.EnumerateDirectories(Path.Combine(root, "models")).ToDictionary(path => Path.GetFileName(path), path => ModelOf(root, path), StringComparer.Ordinal), StringComparer.Ordinal),
                Tasks = new SortedDictionary<string, EmbeddedTaskEntry>(
                    Directory.EnumerateFiles(Path.Combine(root, "tasks"), "*.json").ToDictionary(path => Path.GetFileNameWithoutExtension(path), path => TaskOf(root, path), StringComparer.Ordinal), StringComparer.Ordinal),
            };
            string file = Path.Combine(root, "manifest.json");
            File.WriteAllText(file, JsonSerializer.Serialize(manifest, LabJson.Default.EmbeddedManifest) + "\n");
            output.WriteLine($"{file}: {manifest.Models.Count} models, {manifest.Tasks.Count} tasks");
            return LabApplication.Success;
        });
        return command;
    }

    private static EmbeddedModelEntry ModelOf(string root, string folder)
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        string architecture = config.RootElement.GetProperty("architectures")[0].GetString()!;
        string[] card = File.ReadAllLines(Path.Combine(folder, "README.md"));
        string summary = card.Skip(1).First(line => line.Length > 0);
        return new EmbeddedModelEntry(summary, architecture == "LlamaForTokenClassification" ? "process-reward-model" : "generator",
            new SortedDictionary<string, string>(
                Directory.EnumerateFiles(folder).Where(path => Path.GetExtension(path) is ".json" or ".safetensors")
                    .ToDictionary(path => Name(root, path), Checksum, StringComparer.Ordinal), StringComparer.Ordinal));
    }

    private static EmbeddedTaskEntry TaskOf(string root, string file)
    {
        using JsonDocument task = JsonDocument.Parse(File.ReadAllBytes(file));
        return new EmbeddedTaskEntry(task.RootElement.GetProperty("description").GetString()!, Name(root, file), Checksum(file));
    }

    private static string Name(string root, string path) => Path.GetRelativePath(root, path).Replace('\\', '/');

    private static string Checksum(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(EmbeddedManifest))]
    private sealed partial class LabJson : JsonSerializerContext;
}
