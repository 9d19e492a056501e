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

    /// <summary>Reads the texts one after the other, so that the file may be larger than memory.</summary>
    /// <param name="path">A file, or <c>-</c> for standard input.</param>
    /// <param name="shell">Has standard input.</param>
    /// <exception cref="RequestException">The file cannot be read, or a line is no such JSON; the message names file and line.</exception>
    public static IEnumerable<string> Stream(string path, Shell shell)
    {
        bool isJson = path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        using TextReader? own = path == TextFile.StandardInput ? null : TextFile.Open(path);
        TextReader reader = own ?? shell.Input;
        for (int line = 1; ReadLine(reader, path, line) is { } text; line++)
        {
            yield return isJson ? TextOf(text, $"{path}, line {line}") : text;
        }
    }

    private static string? ReadLine(TextReader reader, string path, int line)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (System.Text.DecoderFallbackException error)
        {
            throw new RequestException($"{path}, near line {line}: not valid UTF-8; expected text in UTF-8.", error);
        }
        catch (IOException error)
        {
            throw new RequestException($"{path}, line {line}: the file cannot be read ({error.Message}).", error);
        }
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
