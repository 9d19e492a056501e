using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Winnow.Decoding.Constraints;

/// <summary>
/// Turns a JSON schema into rules. Held: <c>type</c> (one or several), <c>enum</c>, <c>const</c>, <c>properties</c>, <c>required</c>,
/// <c>additionalProperties</c>, <c>items</c>, <c>prefixItems</c>, <c>minItems</c>, <c>maxItems</c>, <c>minLength</c>, <c>maxLength</c>, <c>pattern</c>,
/// <c>format</c> (date, time, date-time, uuid), the bounds of whole numbers, <c>anyOf</c>, <c>oneOf</c>, <c>allOf</c>, <c>$ref</c> within the document.
/// Any other keyword that could rule a text out is an error that names it.
/// </summary>
/// <remarks>
/// What is narrower than the standard: properties stand in the order of the schema; an object with <c>properties</c> has no
/// others unless <c>additionalProperties</c> allows them; a schema without <c>type</c> that speaks of items, properties or
/// lengths means that type; numbers have at most 16 digits where no bound is given; between tokens stands nothing, a space,
/// or a line break with indentation; <c>oneOf</c> is <c>anyOf</c>.
/// </remarks>
public sealed class JsonSchemaCompiler
{
    private static readonly string[] Annotations = ["title", "description", "default", "examples", "$schema", "$id", "$comment", "deprecated", "readOnly", "writeOnly", "$defs", "definitions"];

    private static readonly string[] Held =
    [
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems", "minLength", "maxLength",
        "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "anyOf", "oneOf", "allOf", "$ref",
    ];

    private static readonly string[] Bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

    private static readonly JsonSerializerOptions Literal = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonNode? _root;
    private readonly Dictionary<string, Expression> _rules = new(JsonTexts.Rules, StringComparer.Ordinal);

    private JsonSchemaCompiler(JsonNode? root) => _root = root;

    internal static Dictionary<string, Expression> Compile(string schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(schema);
        }
        catch (JsonException broken)
        {
            throw new FormatException($"The schema is not JSON: {broken.Message}", broken);
        }
        JsonSchemaCompiler compiler = new(root);
        try
        {
            compiler._rules["root"] = JsonTexts.Rule(compiler.Reference("#"));
        }
        catch (InvalidOperationException mistyped)
        {
            throw new FormatException($"The schema cannot be used: a keyword has a value of the wrong kind. {mistyped.Message}", mistyped);
        }
        return compiler._rules;
    }

    private string Reference(string pointer)
    {
        string name = "ref " + pointer;
        if (!_rules.ContainsKey(name))
        {
            // Entered before it is compiled, so that a schema can refer to itself.
            _rules[name] = Expression.Empty;
            _rules[name] = Value(Find(pointer), pointer);
        }
        return name;
    }

    private JsonNode? Find(string pointer)
    {
        JsonNode? node = _root;
        foreach (string part in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string key = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node = node switch
            {
                JsonObject o when o.TryGetPropertyValue(key, out JsonNode? child) => child,
                JsonArray a when int.TryParse(key, System.Globalization.CultureInfo.InvariantCulture, out int i) && i < a.Count => a[i],
                _ => throw new FormatException($"The schema refers to \"{pointer}\", which is not in it."),
            };
        }
        return node;
    }

    private Expression Value(JsonNode? node, string path)
    {
        if (node is JsonValue flag && flag.TryGetValue(out bool isAllowed))
        {
            return isAllowed ? JsonTexts.Rule("value") : throw Wrong(path, "the schema \"false\" allows nothing");
        }
        if (node is not JsonObject schema)
        {
            throw Wrong(path, "a schema is an object, true or false");
        }
        foreach ((string keyword, _) in schema)
        {
            if (!Held.Contains(keyword, StringComparer.Ordinal) && !Annotations.Contains(keyword, StringComparer.Ordinal))
            {
                throw Wrong(path, $"the keyword \"{keyword}\" is not supported");
            }
        }
        if (schema["$ref"] is { } reference)
        {
            RefuseBeside(schema, "$ref", path);
            string pointer = reference.GetValue<string>();
            return pointer.StartsWith('#') ? JsonTexts.Rule(Reference(pointer)) : throw Wrong(path, $"\"$ref\" leads out of the document, to \"{pointer}\"");
        }
        if (schema.ContainsKey("const"))
        {
            RefuseBeside(schema, "const", path, "type");
            return Constant(schema["const"]);
        }
        if (schema["enum"] is JsonArray options)
        {
            RefuseBeside(schema, "enum", path, "type");
            return Expression.Any([.. options.Select(Constant)]);
        }
        foreach (string choice in (string[])["anyOf", "oneOf"])
        {
            if (schema[choice] is JsonArray alternatives)
            {
                RefuseBeside(schema, choice, path);
                return Expression.Any([.. alternatives.Select((a, i) => Value(a, $"{path}/{choice}/{i}"))]);
            }
        }
        return schema["allOf"] is JsonArray all ? Value(Merge(schema, all, path), path + "/allOf") : Typed(schema, path);
    }

    private Expression Typed(JsonObject schema, string path)
    {
        string[] types = schema["type"] switch
        {
            JsonArray several => [.. several.Select(t => t!.GetValue<string>())],
            JsonValue one => [one.GetValue<string>()],
            _ => Implied(schema),
        };
        return types.Length == 0 ? JsonTexts.Rule("value") : Expression.Any([.. types.Select(type => OfType(type, schema, path))]);
    }

    private static string[] Implied(JsonObject schema)
    {
        (string Type, string[] Keywords)[] signs =
        [
            ("object", ["properties", "required", "additionalProperties"]),
            ("array", ["items", "prefixItems", "minItems", "maxItems"]),
            ("string", ["minLength", "maxLength", "pattern", "format"]),
            ("integer", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
        ];
        return [.. signs.Where(s => s.Keywords.Any(schema.ContainsKey)).Select(s => s.Type)];
    }

    private Expression OfType(string type, JsonObject schema, string path) => type switch
    {
        "object" => new JsonObjectRules(_rules, Value).Compile(schema, path),
        "array" => Array(schema, path),
        "string" => String(schema, path),
        "integer" => Integer(schema),
        "number" => Number(schema, path),
        "boolean" => Expression.Any(Expression.Text("true"), Expression.Text("false")),
        "null" => Expression.Text("null"),
        _ => throw Wrong(path, $"the type \"{type}\" is not known"),
    };

    private Expression Array(JsonObject schema, string path)
    {
        int least = Whole(schema, "minItems", path) ?? 0;
        int? most = Whole(schema, "maxItems", path);
        Expression[] prefix = schema["prefixItems"] is JsonArray first ? [.. first.Select((item, i) => Value(item, $"{path}/prefixItems/{i}"))] : [];
        bool isClosed = schema["items"] is JsonValue closed && closed.TryGetValue(out bool isOpen) && !isOpen;
        if (isClosed)
        {
            most = Math.Min(most ?? prefix.Length, prefix.Length);
        }
        if (least > most)
        {
            throw Wrong(path, $"an array cannot hold at least {least} and at most {most} items");
        }
        Expression other = isClosed || !schema.ContainsKey("items") ? JsonTexts.Rule("value") : Value(schema["items"], path + "/items");
        if (prefix.Length == 0)
        {
            return JsonTexts.List("[", "]", other, least, most);
        }
        int rest = Math.Max(least - prefix.Length, 0);
        Expression content = Expression.Of(JsonTexts.Comma, other).Many(rest, most is { } m ? Math.Max(m - prefix.Length, 0) : null);
        for (int i = prefix.Length - 1; i >= 0; i--)
        {
            if (most <= i)
            {
                content = Expression.Empty;
                continue;
            }
            content = Expression.Of(i > 0 ? JsonTexts.Comma : Expression.Empty, prefix[i], content);
            content = least <= i ? content.Optional() : content;
        }
        return Expression.Of(Expression.Text("["), JsonTexts.Space, content, JsonTexts.Space, Expression.Text("]"));
    }

    private static Expression String(JsonObject schema, string path)
    {
        int? least = Whole(schema, "minLength", path), most = Whole(schema, "maxLength", path);
        string? form = schema["format"]?.GetValue<string>();
        string? pattern = schema["pattern"]?.GetValue<string>() ?? (form is null ? null : JsonFormats.Pattern(form) ?? throw Wrong(path, $"the format \"{form}\" is not supported"));
        if (pattern is null)
        {
            return least is null && most is null ? JsonTexts.Rule("string") : JsonTexts.Quoted(JsonTexts.Char.Many(least ?? 0, most));
        }
        if (least is not null || most is not null || (form is not null && schema.ContainsKey("pattern")))
        {
            throw Wrong(path, "\"pattern\", \"format\" and lengths cannot be held together; put the length into the pattern");
        }
        return JsonTexts.Quoted(JsonTexts.Encoded(RegexParser.Parse(pattern, isSearch: true)));
    }

    private static Expression Integer(JsonObject schema)
    {
        decimal? least = Bound(schema, "minimum") is { } minimum ? decimal.Ceiling(minimum) : null;
        decimal? most = Bound(schema, "maximum") is { } maximum ? decimal.Floor(maximum) : null;
        if (Bound(schema, "exclusiveMinimum") is { } above)
        {
            least = Math.Max(least ?? decimal.MinValue, decimal.Floor(above) + 1);
        }
        if (Bound(schema, "exclusiveMaximum") is { } below)
        {
            most = Math.Min(most ?? decimal.MaxValue, decimal.Ceiling(below) - 1);
        }
        return DigitRanges.Between(least, most);
    }

    private static Expression Number(JsonObject schema, string path)
    {
        string? bound = Bounds.FirstOrDefault(schema.ContainsKey);
        return bound is null ? JsonTexts.Rule("number") : throw Wrong(path, $"the keyword \"{bound}\" is supported for whole numbers only (\"type\": \"integer\")");
    }

    private static decimal? Bound(JsonObject schema, string keyword) => schema[keyword]?.GetValue<decimal>();

    private static int? Whole(JsonObject schema, string keyword, string path) =>
        schema[keyword] is not { } value ? null
        : value.GetValue<decimal>() is >= 0 and <= int.MaxValue and var number && decimal.Truncate(number) == number ? (int)number
        : throw Wrong(path, $"\"{keyword}\" must be a whole number of 0 or more");

    private static Expression Constant(JsonNode? value) => Expression.Text(value is null ? "null" : value.ToJsonString(Literal));

    private JsonObject Merge(JsonObject schema, JsonArray all, string path)
    {
        JsonObject merged = [];
        foreach (JsonNode? part in all.Append(Without(schema, "allOf")))
        {
            JsonNode? resolved = part;
            while (resolved is JsonObject { Count: 1 } link && link["$ref"] is { } reference)
            {
                resolved = Find(reference.GetValue<string>());
            }
            if (resolved is not JsonObject members)
            {
                throw Wrong(path, "\"allOf\" can only join objects");
            }
            foreach ((string keyword, JsonNode? value) in members.Where(m => !Annotations.Contains(m.Key, StringComparer.Ordinal)))
            {
                merged[keyword] = Joined(keyword, merged[keyword], value, path);
            }
        }
        return merged;
    }

    private static JsonNode? Joined(string keyword, JsonNode? first, JsonNode? second, string path) => (keyword, first, second) switch
    {
        (_, null, _) => second?.DeepClone(),
        ("properties", JsonObject a, JsonObject b) when !a.Any(p => b.ContainsKey(p.Key)) => new JsonObject(a.Concat(b).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))),
        ("required", JsonArray a, JsonArray b) => new JsonArray([.. a.Concat(b).Select(p => p?.DeepClone())]),
        _ when JsonNode.DeepEquals(first, second) => first.DeepClone(),
        _ => throw Wrong(path, $"\"allOf\" gives \"{keyword}\" twice"),
    };

    private static JsonObject Without(JsonObject schema, string keyword) =>
        new(schema.Where(m => m.Key != keyword).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));

    private static void RefuseBeside(JsonObject schema, string keyword, string path, params string[] allowed)
    {
        foreach ((string other, _) in schema)
        {
            if (other != keyword && Held.Contains(other, StringComparer.Ordinal) && !allowed.Contains(other, StringComparer.Ordinal))
            {
                throw Wrong(path, $"\"{other}\" beside \"{keyword}\" is not supported");
            }
        }
    }

    private static FormatException Wrong(string path, string why) => new($"The schema cannot be used: at {path}, {why}.");
}
