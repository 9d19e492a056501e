using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace Winnow.Decoding.Constraints;

/// <summary>The rules of an object: its properties in the order of the schema, then others where they are allowed.</summary>
internal sealed class JsonObjectRules(Dictionary<string, Expression> rules, Func<JsonNode?, string, Expression> value)
{
    private readonly List<(string Name, Expression Pair, bool IsRequired)> _properties = [];
    private Expression? _other;
    private string _prefix = "";

    public Expression Compile(JsonObject schema, string path)
    {
        _prefix = "object " + path;
        HashSet<string> required = [.. (schema["required"] as JsonArray ?? []).Select(r => r!.GetValue<string>())];
        JsonObject properties = schema["properties"] as JsonObject ?? [];
        foreach ((string name, JsonNode? property) in properties)
        {
            _properties.Add((name, Pair(name, value(property, $"{path}/properties/{name}")), required.Remove(name)));
        }
        // What is required but not described may be anything.
        foreach (string name in required)
        {
            _properties.Add((name, Pair(name, JsonTexts.Rule("value")), true));
        }
        _other = Other(schema, path);
        return Expression.Of(Expression.Text("{"), JsonTexts.Space, From(0, isFirst: true), JsonTexts.Space, Expression.Text("}"));
    }

    private Expression? Other(JsonObject schema, string path)
    {
        JsonNode? additional = schema["additionalProperties"];
        bool isFree = additional is null && _properties.Count == 0 && !schema.ContainsKey("additionalProperties");
        bool isAllowed = isFree || additional is JsonObject || (additional is JsonValue flag && flag.GetValue<bool>());
        if (!isAllowed)
        {
            return null;
        }
        Expression content = additional is JsonObject ? value(additional, path + "/additionalProperties") : JsonTexts.Rule("value");
        Expression name = _properties.Count == 0 ? JsonTexts.Rule("string") : JsonTexts.NoneOf([.. _properties.Select(p => p.Name)]);
        return Expression.Of(name, JsonTexts.Colon, content);
    }

    // A rule for each place and for whether a comma must come first: shared, so that optional properties do not multiply.
    private RuleReference From(int index, bool isFirst)
    {
        string rule = $"{_prefix} {index}{(isFirst ? " first" : "")}";
        if (!rules.ContainsKey(rule))
        {
            rules[rule] = Expression.Empty;
            rules[rule] = Content(index, isFirst);
        }
        return new RuleReference(rule);
    }

    private Expression Content(int index, bool isFirst)
    {
        Expression comma = isFirst ? Expression.Empty : JsonTexts.Comma;
        if (index == _properties.Count)
        {
            return _other is null ? Expression.Empty
                : isFirst ? Expression.Of(_other, Expression.Of(JsonTexts.Comma, _other).Many()).Optional()
                : Expression.Of(JsonTexts.Comma, _other).Many();
        }
        (_, Expression pair, bool isRequired) = _properties[index];
        Expression present = Expression.Of(comma, pair, From(index + 1, isFirst: false));
        return isRequired ? present : Expression.Any(present, From(index + 1, isFirst));
    }

    private static Expression Pair(string name, Expression content)
    {
        return Expression.Of(JsonTexts.Quoted(Expression.Text(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(name))), JsonTexts.Colon, content);
    }
}
