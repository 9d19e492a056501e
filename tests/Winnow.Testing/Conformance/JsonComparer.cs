using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Winnow.Testing.Conformance;

/// <summary>Compares computed values with the <c>expected</c> object of a golden row.</summary>
public static class JsonComparer
{
    private const string AnyOf = "_any_of";

    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IncludeFields = true,
    };

    /// <summary>Every difference, as "path: expected … actual …"; empty where all expected fields agree.</summary>
    /// <param name="expected">As in the document: floats that are not finite are the strings inf, -inf, nan; null means undefined or absent; a field X_any_of lists what X may be.</param>
    /// <param name="actual">Any object that serialises to JSON with the same field names.</param>
    /// <param name="tolerance">Absolute, on every number; 0 means exact.</param>
    public static IReadOnlyList<string> Differences(JsonElement expected, object? actual, double tolerance)
    {
        var differences = new List<string>();
        JsonElement json = actual is JsonElement element ? element : JsonSerializer.SerializeToElement(actual, Options);
        Compare("", expected, json, tolerance, differences);
        return differences;
    }

    private static void Compare(string path, JsonElement expected, JsonElement? actual, double tolerance, List<string> differences)
    {
        bool agree = expected.ValueKind switch
        {
            JsonValueKind.Object => CompareObject(path, expected, actual, tolerance, differences),
            JsonValueKind.Array => CompareArray(path, expected, actual, tolerance, differences),
            JsonValueKind.Null => actual is null || actual.Value.ValueKind == JsonValueKind.Null,
            JsonValueKind.True or JsonValueKind.False => actual?.ValueKind == expected.ValueKind,
            _ => AgreeAsScalars(expected, actual, tolerance),
        };
        if (!agree)
        {
            differences.Add($"{path}: expected {Show(expected)}, actual {Show(actual)}{Gap(expected, actual)}");
        }
    }

    private static bool CompareObject(string path, JsonElement expected, JsonElement? actual, double tolerance, List<string> differences)
    {
        if (actual is not { ValueKind: JsonValueKind.Object } found)
        {
            return false;
        }
        foreach (JsonProperty property in expected.EnumerateObject())
        {
            if (property.Name.EndsWith(AnyOf, StringComparison.Ordinal) && property.Value.ValueKind == JsonValueKind.Array)
            {
                string name = property.Name[..^AnyOf.Length];
                JsonElement? value = Child(found, name);
                bool any = property.Value.EnumerateArray().Any(option =>
                {
                    var own = new List<string>();
                    Compare(name, option, value, tolerance, own);
                    return own.Count == 0;
                });
                if (!any)
                {
                    differences.Add($"{path}.{name}: expected any of {Show(property.Value)}, actual {Show(value)}");
                }
            }
            else
            {
                Compare($"{path}.{property.Name}", property.Value, Child(found, property.Name), tolerance, differences);
            }
        }
        return true;
    }

    private static bool CompareArray(string path, JsonElement expected, JsonElement? actual, double tolerance, List<string> differences)
    {
        if (actual is not { ValueKind: JsonValueKind.Array } found || found.GetArrayLength() != expected.GetArrayLength())
        {
            return false;
        }
        int i = 0;
        foreach ((JsonElement e, JsonElement a) in expected.EnumerateArray().Zip(found.EnumerateArray()))
        {
            Compare($"{path}[{i++}]", e, a, tolerance, differences);
        }
        return true;
    }

    private static bool AgreeAsScalars(JsonElement expected, JsonElement? actual, double tolerance)
    {
        if (actual is not { } found)
        {
            return false;
        }
        if (AsNumber(expected) is { } e && AsNumber(found) is { } a)
        {
            if (double.IsNaN(e) || double.IsNaN(a))
            {
                return double.IsNaN(e) && double.IsNaN(a);
            }
            return e.Equals(a) || Math.Abs(e - a) <= tolerance || (e == 0 && a == 0);
        }
        return expected.ValueKind == JsonValueKind.String && found.ValueKind == JsonValueKind.String
            && string.Equals(expected.GetString(), found.GetString(), StringComparison.Ordinal);
    }

    private static double? AsNumber(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String => element.GetString() switch
        {
            "inf" or "Infinity" => double.PositiveInfinity,
            "-inf" or "-Infinity" => double.NegativeInfinity,
            "nan" or "NaN" => double.NaN,
            _ => null,
        },
        _ => null,
    };

    private static JsonElement? Child(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement child) ? child : null;

    private static string Show(JsonElement? element)
    {
        string text = element is null ? "nothing" : element.Value.GetRawText();
        return text.Length <= 200 ? text : text[..200] + "…";
    }

    private static string Gap(JsonElement expected, JsonElement? actual) =>
        actual is { } found && AsNumber(expected) is { } e && AsNumber(found) is { } a
            ? string.Create(CultureInfo.InvariantCulture, $" (off by {Math.Abs(e - a):g3})")
            : "";
}
