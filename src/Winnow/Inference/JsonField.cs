using System.Text.Json;
using System.Text.Unicode;

namespace Winnow.Inference;

/// <summary>A value of a JSON file that nobody has checked, and where it stands, so that errors can say so.</summary>
/// <param name="Value">The value.</param>
/// <param name="Source">Name of the file.</param>
/// <param name="Path">Path of the value within the file; empty for the whole.</param>
internal readonly record struct JsonField(JsonElement Value, string Source, string Path)
{
    /// <summary>Parses a file that holds one value, an object where nothing else is said.</summary>
    /// <exception cref="WinnowException">It is not JSON, or another kind of value.</exception>
    public static JsonField Parse(ReadOnlyMemory<byte> text, string source, JsonValueKind kind = JsonValueKind.Object)
    {
        ReadOnlyMemory<byte> withoutMark = text.Span.StartsWith("\uFEFF"u8) ? text[3..] : text;
        try
        {
            if (!Utf8.IsValid(withoutMark.Span))
            {
                throw new WinnowException($"{source}: the text is not valid UTF-8.");
            }
            using JsonDocument document = JsonDocument.Parse(withoutMark);
            var root = new JsonField(document.RootElement.Clone(), source, "");
            root.Require(kind);
            return root;
        }
        catch (JsonException error)
        {
            throw new WinnowException(
                $"{source}: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: this is not valid JSON ({error.Message})", error);
        }
    }

    /// <summary>Reads and parses a file.</summary>
    /// <exception cref="WinnowException">It is missing, unreadable, or not JSON.</exception>
    public static JsonField Load(string file, JsonValueKind kind = JsonValueKind.Object)
    {
        try
        {
            return Parse(File.ReadAllBytes(file), file, kind);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WinnowException($"{file}: the file cannot be read ({error.Message})", error);
        }
    }

    /// <summary>Whether there is a value other than null.</summary>
    public bool IsPresent => Value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>A field of an object; absent where the object has none.</summary>
    public JsonField this[string name]
    {
        get
        {
            string path = Path.Length == 0 ? name : $"{Path}.{name}";
            if (Value.ValueKind != JsonValueKind.Object)
            {
                return new JsonField(default, Source, path);
            }
            try
            {
                return new JsonField(Value.TryGetProperty(name, out JsonElement field) ? field : default, Source, path);
            }
            catch (InvalidOperationException error)
            {
                throw Error("an object whose names have no broken escapes", error);
            }
        }
    }

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonField> Items()
    {
        Require(JsonValueKind.Array);
        return Enumerate(this);

        static IEnumerable<JsonField> Enumerate(JsonField array)
        {
            int i = 0;
            foreach (JsonElement item in array.Value.EnumerateArray())
            {
                yield return new JsonField(item, array.Source, $"{array.Path}[{i++}]");
            }
        }
    }

    /// <summary>The fields of an object, in the order of the file.</summary>
    public IEnumerable<(string Name, JsonField Field)> Fields()
    {
        Require(JsonValueKind.Object);
        return Enumerate(this);

        static IEnumerable<(string, JsonField)> Enumerate(JsonField parent)
        {
            foreach (JsonProperty property in parent.Value.EnumerateObject())
            {
                string name = NameOf(property, parent);
                yield return (name, new JsonField(property.Value, parent.Source, $"{parent.Path}.{name}"));
            }
        }
    }

    private static string NameOf(JsonProperty property, JsonField parent)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException error)
        {
            throw parent.Error("an object whose names have no broken escapes", error);
        }
    }

    public string Text()
    {
        Require(JsonValueKind.String);
        try
        {
            return Value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw Error("a text without broken escapes", error);
        }
    }

    public string? OptionalText() => IsPresent ? Text() : null;

    public bool Flag(bool absent) => !IsPresent ? absent : Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error("true or false"),
    };

    public int Integer(int min, int max)
    {
        Require(JsonValueKind.Number);
        return Value.TryGetInt32(out int number) && number >= min && number <= max
            ? number
            : throw Error($"a whole number from {min} to {max}");
    }

    public int Integer(int min, int max, int absent) => IsPresent ? Integer(min, max) : absent;

    public double Number()
    {
        Require(JsonValueKind.Number);
        return Value.TryGetDouble(out double number) && double.IsFinite(number) ? number : throw Error("a finite number");
    }

    public double Number(double absent) => IsPresent ? Number() : absent;

    public void Require(JsonValueKind kind)
    {
        if (Value.ValueKind != kind)
        {
            throw Error(kind switch
            {
                JsonValueKind.Object => "an object",
                JsonValueKind.Array => "an array",
                JsonValueKind.String => "a text",
                _ => "a number",
            });
        }
    }

    /// <summary>The error that says what was expected here.</summary>
    public WinnowException Error(string expected, Exception? inner = null)
    {
        string where = Path.Length == 0 ? "the whole file" : $"'{Path}'";
        string seen = Value.ValueKind == JsonValueKind.Undefined ? "is missing" : $"is {Shown()}";
        return new WinnowException($"{Source}: {where} {seen}; it must be {expected}.", inner);
    }

    private string Shown()
    {
        string raw = Value.GetRawText();
        return raw.Length <= 60 ? raw : $"{raw.AsSpan(0, 60)}…";
    }
}
