using System.Text.Json;

namespace Winnow.Cli.Sources;

/// <summary>Texts of a file: one on a line, or in a <c>.jsonl</c> file one JSON string or object with <c>text</c> on a line.</summary>
internal static class TextLines
{
    private const int MostCharacters = 512 << 20;

    /// <summary>Reads the texts.</summary>
    /// <param name="path">A file, or <c>-</c> for standard input.</param>
    /// <param name="shell">Has standard input.</param>
    /// <exception cref="RequestException">The file cannot be read, or a line is no such JSON; the message names file and line.</exception>
    public static string[] Read(string path, Shell shell)
    {
        string[] lines = TextFile.Read(path, shell, MostCharacters).Split('\n');
        lines = lines is [.., ""] ? lines[..^1] : lines;
        return path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? [.. lines.Select((line, i) => TextOf(line, $"{path}, line {i + 1}"))] : lines;
    }

    private static string TextOf(string line, string place)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("text", out JsonElement text))
            {
                root = text;
            }
            return root.ValueKind == JsonValueKind.String
                ? root.GetString()!
                : throw new RequestException($"{place}: expected a JSON string, or an object whose \"text\" is one.");
        }
        catch (JsonException error)
        {
            throw new RequestException($"{place}: not valid JSON at byte {(error.BytePositionInLine ?? 0) + 1}; expected a JSON string, or an object whose \"text\" is one.", error);
        }
    }
}
