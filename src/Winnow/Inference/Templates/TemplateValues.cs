using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Winnow.Inference.Templates;

/// <summary>A list. Values of templates are null, bool, long, double, string, lists, maps, and what the interpreter itself makes.</summary>
internal sealed class TemplateList(List<object?> items, bool isTuple = false)
{
    public List<object?> Items { get; } = items;

    public bool IsTuple { get; } = isTuple;
}

/// <summary>A map, in the order in which its entries were written.</summary>
internal sealed class TemplateMap
{
    public OrderedDictionary<object, object?> Entries { get; } = [];
}

/// <summary>The one kind of value that a template may change: <c>namespace(…)</c>.</summary>
internal sealed class TemplateNamespace
{
    public Dictionary<string, object?> Fields { get; } = new(StringComparer.Ordinal);
}

/// <summary>A name or field that is not there.</summary>
/// <param name="What">What was sought, for errors.</param>
internal sealed record UndefinedValue(string What);

/// <summary>What values mean: truth, equality, order, and how they are written.</summary>
internal static class TemplateValues
{
    private const int MaxDepth = 64;

    public static object? FromJson(JsonNode? node, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new ArgumentException($"The conversation's values are nested more than {MaxDepth} deep.", nameof(node));
        }
        switch (node)
        {
            case null:
                return null;
            case JsonArray array:
                return new TemplateList([.. array.Select(item => FromJson(item, depth + 1))]);
            case JsonObject fields:
                var map = new TemplateMap();
                foreach ((string name, JsonNode? value) in fields)
                {
                    map.Entries[name] = FromJson(value, depth + 1);
                }
                return map;
            default:
                return FromJson(node.AsValue());
        }
    }

    private static object? FromJson(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number => Number(value.ToJsonString()),
        _ => null,
    };

    private static object Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            ? (object)whole
            : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public static bool IsTrue(object? value) => value switch
    {
        null or UndefinedValue => false,
        bool flag => flag,
        long whole => whole != 0,
        double number => number != 0,
        string text => text.Length > 0,
        TemplateList list => list.Items.Count > 0,
        TemplateMap map => map.Entries.Count > 0,
        _ => true,
    };

    public static bool AreEqual(object? a, object? b, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            return false;
        }
        if (AsDouble(a) is { } x && AsDouble(b) is { } y)
        {
            return a is long or bool && b is long or bool ? AsLong(a) == AsLong(b) : x == y;
        }
        return (a, b) switch
        {
            (null, null) => true,
            (UndefinedValue, UndefinedValue) => true,
            (string s, string t) => s == t,
            (TemplateList s, TemplateList t) => s.IsTuple == t.IsTuple && s.Items.Count == t.Items.Count
                && s.Items.Zip(t.Items).All(p => AreEqual(p.First, p.Second, depth + 1)),
            (TemplateMap s, TemplateMap t) => s.Entries.Count == t.Entries.Count
                && s.Entries.All(e => t.Entries.TryGetValue(e.Key, out object? other) && AreEqual(e.Value, other, depth + 1)),
            _ => ReferenceEquals(a, b),
        };
    }

    /// <summary>Order of two values; null where they have none.</summary>
    public static int? Compare(object? a, object? b)
    {
        if (a is long x && b is long y)
        {
            return x.CompareTo(y);
        }
        if (AsDouble(a) is { } p && AsDouble(b) is { } q)
        {
            return p.CompareTo(q);
        }
        return a is string s && b is string t ? string.CompareOrdinal(s, t) : null;
    }

    public static double? AsDouble(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long whole => whole,
        double number => number,
        _ => null,
    };

    public static long? AsLong(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long whole => whole,
        _ => null,
    };

    /// <summary>Name of a value's kind, for errors.</summary>
    public static string Kind(object? value) => value switch
    {
        null => "none",
        UndefinedValue undefined => $"undefined ({undefined.What})",
        bool => "a truth value",
        long => "a whole number",
        double => "a number",
        string => "a text",
        TemplateList => "a list",
        TemplateMap => "a map",
        TemplateNamespace => "a namespace",
        _ => "something that can be called",
    };

    /// <summary>A value as <c>{{ … }}</c> writes it.</summary>
    public static string Text(object? value, TemplateRun run, TemplatePlace place)
    {
        switch (value)
        {
            case string text:
                return text;
            case UndefinedValue:
                return "";
            default:
                var written = new StringBuilder();
                Represent(value, written, run, place, 0);
                return run.Made(written.ToString(), place);
        }
    }

    private static void Represent(object? value, StringBuilder to, TemplateRun run, TemplatePlace place, int depth)
    {
        run.Step(place);
        run.Limit(to.Length, place);
        if (depth > MaxDepth)
        {
            throw place.Error($"the value is nested more than {MaxDepth} deep.");
        }
        switch (value)
        {
            case null: to.Append("None"); break;
            case UndefinedValue: to.Append("Undefined"); break;
            case bool flag: to.Append(flag ? "True" : "False"); break;
            case long whole: to.Append(whole.ToString(CultureInfo.InvariantCulture)); break;
            case double number: to.Append(Float(number)); break;
            case string text: Quote(text, to); break;
            case TemplateList list:
                to.Append(list.IsTuple ? '(' : '[');
                for (int i = 0; i < list.Items.Count; i++)
                {
                    to.Append(i > 0 ? ", " : "");
                    Represent(list.Items[i], to, run, place, depth + 1);
                }
                to.Append(list is { IsTuple: true, Items.Count: 1 } ? "," : "").Append(list.IsTuple ? ')' : ']');
                break;
            case TemplateMap map:
                to.Append('{');
                int entry = 0;
                foreach ((object key, object? item) in map.Entries)
                {
                    to.Append(entry++ > 0 ? ", " : "");
                    Represent(Key(key), to, run, place, depth + 1);
                    to.Append(": ");
                    Represent(item, to, run, place, depth + 1);
                }
                to.Append('}');
                break;
            default:
                throw place.Error($"{Kind(value)} cannot be written.");
        }
    }

    /// <summary>A map's key as a value; none is kept as a mark because a dictionary has no null key.</summary>
    public static object? Key(object key) => ReferenceEquals(key, NoneKey) ? null : key;

    /// <summary>A value as a map's key.</summary>
    public static object AsKey(object? value, TemplatePlace place) => value switch
    {
        null => NoneKey,
        string or long or double or bool => value,
        _ => throw place.Error($"{Kind(value)} cannot be the key of a map."),
    };

    private static readonly object NoneKey = new();

    /// <summary>A number as Python writes it: the shortest that reads back, with an exponent from 1e16 on and below 1e-4.</summary>
    public static string Float(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        string shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        string round = value.ToString("R", CultureInfo.InvariantCulture);
        int exponent = int.Parse(shortest.AsSpan(shortest.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (value == 0 || exponent is >= -4 and < 16)
        {
            string plain = round.Contains('E', StringComparison.Ordinal)
                ? ((decimal)value).ToString(CultureInfo.InvariantCulture)
                : round;
            return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
        }
        string digits = round.Contains('E', StringComparison.Ordinal)
            ? round[..round.IndexOf('E', StringComparison.Ordinal)]
            : value.ToString("0.################E+0", CultureInfo.InvariantCulture) is var e ? e[..e.IndexOf('E', StringComparison.Ordinal)] : round;
        return string.Create(CultureInfo.InvariantCulture, $"{digits}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    private static void Quote(string text, StringBuilder to)
    {
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        to.Append(quote);
        foreach (char c in text)
        {
            _ = c switch
            {
                '\n' => to.Append("\\n"),
                '\r' => to.Append("\\r"),
                '\t' => to.Append("\\t"),
                '\\' => to.Append("\\\\"),
                _ when c == quote => to.Append('\\').Append(c),
                < ' ' or (>= '\u007f' and < '\u00a0') => to.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => to.Append(c),
            };
        }
        to.Append(quote);
    }

    /// <summary>Names of arguments of a call.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Arguments(IReadOnlyList<object?> Positional, IReadOnlyDictionary<string, object?> Named, TemplatePlace Place)
    {
        public int Count => Positional.Count + Named.Count;

        /// <summary>An argument by position or name.</summary>
        public bool TryGet(int position, string name, out object? value)
        {
            if (position < Positional.Count)
            {
                value = Positional[position];
                return true;
            }
            return Named.TryGetValue(name, out value);
        }

        public object? Required(int position, string name) =>
            TryGet(position, name, out object? value) ? value : throw Place.Error($"the argument '{name}' is missing.");

        public string Text(int position, string name) =>
            Required(position, name) as string ?? throw Place.Error($"the argument '{name}' is {Kind(Required(position, name))}; it must be a text.");

        public long Whole(int position, string name) =>
            AsLong(Required(position, name)) ?? throw Place.Error($"the argument '{name}' is {Kind(Required(position, name))}; it must be a whole number.");

        public bool Flag(int position, string name, bool absent) => TryGet(position, name, out object? value) ? IsTrue(value) : absent;

        /// <summary>Refuses arguments beyond those that are known.</summary>
        public void Allow(params ReadOnlySpan<string> names)
        {
            if (Positional.Count > names.Length)
            {
                throw Place.Error($"at most {names.Length} arguments are supported here.");
            }
            foreach (string name in Named.Keys)
            {
                if (!names.Contains(name))
                {
                    throw Place.Error($"the argument '{name}' is not supported here.");
                }
            }
        }
    }
}
