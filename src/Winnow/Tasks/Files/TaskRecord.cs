using System.Text.Json;

namespace Winnow.Tasks.Files;

/// <summary>One object of a task file that nobody has checked, and where it stands, so that errors can say so.</summary>
/// <param name="Value">The object.</param>
/// <param name="Place">File and line or element, for example <c>pool.jsonl, line 3</c>.</param>
internal readonly record struct TaskRecord(JsonElement Value, string Place)
{
    private static readonly JsonElement NoFields = JsonElement.Parse("{}");

    /// <summary>An object without fields.</summary>
    public static TaskRecord Empty(string place) => new(NoFields, place);

    public bool Has(string name) => Value.TryGetProperty(name, out JsonElement field) && field.ValueKind != JsonValueKind.Null;

    /// <summary>A text, or a number or truth value as it is written.</summary>
    public string Text(string name) => TextOrNull(name) ?? throw Fault($"field \"{name}\" is missing; expected a string");

    public string? TextOrNull(string name) => !Has(name) ? null : AsText(Value.GetProperty(name))
        ?? throw Fault($"field \"{name}\" is {Kind(Value.GetProperty(name))}; expected a string");

    /// <summary>Whether the field is there and one value, not a list or object.</summary>
    public bool IsScalar(string name) => Has(name) && Value.GetProperty(name).ValueKind is not (JsonValueKind.Array or JsonValueKind.Object);

    /// <summary>A number of at least 0; 0 where it is not given.</summary>
    public double Number(string name) => !Has(name) ? 0
        : Value.GetProperty(name) is { ValueKind: JsonValueKind.Number } field && field.TryGetDouble(out double number) && number >= 0 && double.IsFinite(number) ? number
        : throw Fault($"setting \"{name}\" is {Value.GetProperty(name).GetRawText()}; expected a number of at least 0");

    /// <summary>A truth value; false where it is not given.</summary>
    public bool Flag(string name) => Has(name) && Value.GetProperty(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault($"setting \"{name}\" is {Kind(Value.GetProperty(name))}; expected true or false"),
    };

    public IReadOnlyList<string> Texts(string name)
    {
        if (!Has(name))
        {
            return [];
        }
        JsonElement list = Value.GetProperty(name);
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Fault($"field \"{name}\" is {Kind(list)}; expected a list of strings");
        }
        List<string> texts = [];
        foreach (JsonElement item in list.EnumerateArray())
        {
            texts.Add(AsText(item) ?? throw Fault($"field \"{name}\" holds {Kind(item)}; expected strings"));
        }
        return texts;
    }

    /// <summary>The fields that a format has no use for, as text.</summary>
    public IReadOnlyDictionary<string, string> Others(params ReadOnlySpan<string> known)
    {
        Dictionary<string, string> columns = new(StringComparer.Ordinal);
        foreach (JsonProperty field in Value.EnumerateObject())
        {
            if (!known.Contains(field.Name))
            {
                columns[field.Name] = AsText(field.Value) ?? field.Value.GetRawText();
            }
        }
        return columns;
    }

    public WinnowException Fault(string what) => new($"{Place}: {what}.");

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        _ => "null",
    };

    private string? AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => StringOf(value),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    // A string escaped as half a surrogate pair is valid JSON, but no text.
    private string StringOf(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new WinnowException($"{Place}: a string holds half a surrogate pair; expected Unicode text.", error);
        }
    }
}
