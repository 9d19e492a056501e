using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Winnow.Tasks.Files;

/// <summary>Reads task files within fixed bounds, so that a broken or hostile one ends in a message that names its line.</summary>
internal static class TaskFileReader
{
    /// <summary>Most bytes of a file.</summary>
    public const long MaxFileBytes = 256L << 20;

    /// <summary>Most bytes of a line.</summary>
    public const int MaxLineBytes = 4 << 20;

    public static byte[] ReadAll(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (stream.Length > MaxFileBytes)
            {
                throw new WinnowException($"{path}: the file has {stream.Length:N0} bytes; at most {MaxFileBytes:N0} are read. Split it.");
            }
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WinnowException($"{path}: the file cannot be read ({error.Message}).", error);
        }
    }

    /// <summary>The version of a file's content: equal content, equal version.</summary>
    public static string Version(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content))[..16];

    /// <summary>The object a file holds.</summary>
    public static TaskRecord ParseObject(byte[] content, string path) => Parse(WithoutMark(content), path, firstLine: 1, place: path);

    /// <summary>The object on each line that is not blank.</summary>
    public static IEnumerable<TaskRecord> ParseLines(byte[] content, string path)
    {
        ReadOnlyMemory<byte> rest = WithoutMark(content);
        for (int line = 1; !rest.IsEmpty; line++)
        {
            int end = rest.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> text = end < 0 ? rest : rest[..end];
            rest = end < 0 ? ReadOnlyMemory<byte>.Empty : rest[(end + 1)..];
            if (text.Length > MaxLineBytes)
            {
                throw new WinnowException($"{path}, line {line}: the line has {text.Length:N0} bytes; at most {MaxLineBytes:N0} are read.");
            }
            if (text.Span.ContainsAnyExcept(" \t\r"u8))
            {
                yield return Parse(text, path, line, $"{path}, line {line}");
            }
        }
    }

    private static TaskRecord Parse(ReadOnlyMemory<byte> text, string path, int firstLine, string place)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text.Span))
        {
            throw new WinnowException($"{place}: not valid UTF-8; expected a JSON object in UTF-8.");
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object
                ? new TaskRecord(root, place)
                : throw new WinnowException($"{place}: here is {TaskRecord.Kind(root)}; expected a JSON object.");
        }
        catch (JsonException error)
        {
            throw new WinnowException(
                $"{path}, line {firstLine + (error.LineNumber ?? 0)}: not valid JSON at byte {(error.BytePositionInLine ?? 0) + 1} of the line; expected a JSON object.", error);
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(byte[] content) => content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content.AsMemory(3) : content;
}
