using System.Globalization;
using System.Text;

namespace Winnow.Inference.Templates;

/// <summary>Filters that make texts.</summary>
internal static class TextFilters
{
    private const int MaxDepth = 64;


    public static string Title(string text)
    {
        var titled = new StringBuilder(text.Length);
        bool isInside = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            titled.Append(isInside ? Rune.ToLowerInvariant(rune) : Rune.ToUpperInvariant(rune));
            isInside = Rune.IsLetter(rune);
        }
        return titled.ToString();
    }

    public static string Capitalize(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }
        Rune first = text.EnumerateRunes().First();
        return Rune.ToUpperInvariant(first) + text[first.Utf16SequenceLength..].ToLowerInvariant();
    }

    public static string Replace(string text, string old, string content, long count, TemplateRun run, TemplatePlace place)
    {
        if (old.Length == 0)
        {
            throw place.Error("the text to replace is empty.");
        }
        long found = 0;
        for (int at = text.IndexOf(old, StringComparison.Ordinal); at >= 0 && found != count; at = text.IndexOf(old, at + old.Length, StringComparison.Ordinal))
        {
            found++;
        }
        run.CheckLength(text.Length + (found * Math.Max(0, content.Length - old.Length)), place);
        var replaced = new StringBuilder();
        int start = 0;
        for (; found > 0; found--)
        {
            int at = text.IndexOf(old, start, StringComparison.Ordinal);
            replaced.Append(text, start, at - start).Append(content);
            start = at + old.Length;
        }
        return replaced.Append(text, start, text.Length - start).ToString();
    }

    public static string Join(IEnumerable<object?> items, string separator, TemplateRun run, TemplatePlace place)
    {
        var joined = new StringBuilder();
        bool isFirst = true;
        foreach (object? item in items)
        {
            joined.Append(isFirst ? "" : separator).Append(TemplateValues.Text(item, run, place));
            run.Step(place);
            run.Limit(joined.Length, place);
            isFirst = false;
        }
        return run.Made(joined.ToString(), place);
    }

    public static string Indent(string text, TemplateValues.Arguments arguments, TemplateRun run)
    {
        arguments.Allow("width", "first", "blank");
        object? width = arguments.TryGet(0, "width", out object? given) ? given : 4L;
        string margin = width as string ?? new string(' ', (int)Math.Clamp(TemplateValues.AsLong(width) ?? throw arguments.Place.Error("the width is a whole number or a text."), 0, 1000));
        bool indentsBlank = arguments.Flag(2, "blank", absent: false);
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        run.CheckLength(text.Length + ((long)lines.Length * margin.Length), arguments.Place);
        for (int i = arguments.Flag(1, "first", absent: false) ? 0 : 1; i < lines.Length; i++)
        {
            lines[i] = lines[i].Length > 0 || indentsBlank ? margin + lines[i] : lines[i];
        }
        return string.Join('\n', lines);
    }

    /// <summary>A value as JSON, written as Python's json module does; characters beyond ASCII stay.</summary>
    public static string Json(object? value, TemplateValues.Arguments arguments, TemplateRun run)
    {
        arguments.Allow("indent", "ensure_ascii", "sort_keys");
        if (arguments.Named.TryGetValue("ensure_ascii", out object? ascii) && TemplateValues.IsTrue(ascii))
        {
            throw arguments.Place.Error("tojson(ensure_ascii=true) is not supported.");
        }
        int? indent = arguments.TryGet(0, "indent", out object? given) && given is not null ? (int)Math.Clamp(arguments.Whole(0, "indent"), 0, 64) : null;
        var json = new StringBuilder();
        WriteJson(value, json, new JsonStyle(indent, arguments.Flag(2, "sort_keys", absent: false), run, arguments.Place), 0);
        return run.Made(json.ToString(), arguments.Place);
    }

    private readonly record struct JsonStyle(int? Indent, bool IsSorted, TemplateRun Run, TemplatePlace Place);

    private static void WriteJson(object? value, StringBuilder to, JsonStyle style, int depth)
    {
        style.Run.Step(style.Place);
        if (depth > MaxDepth)
        {
            throw style.Place.Error($"the value is nested more than {MaxDepth} deep.");
        }
        style.Run.Limit(to.Length, style.Place);
        switch (value)
        {
            case null: to.Append("null"); break;
            case bool flag: to.Append(flag ? "true" : "false"); break;
            case long whole: to.Append(whole.ToString(CultureInfo.InvariantCulture)); break;
            case double number: to.Append(double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity") : TemplateValues.Float(number)); break;
            case string text: WriteJson(text, to); break;
            case TemplateList list:
                WriteItems('[', ']', list.Items, to, style, depth, item => WriteJson(item, to, style, depth + 1));
                break;
            case TemplateMap map:
                IEnumerable<KeyValuePair<object, object?>> entries = style.IsSorted ? map.Entries.OrderBy(e => TemplateValues.Key(e.Key) as string, StringComparer.Ordinal) : map.Entries;
                WriteItems('{', '}', [.. entries], to, style, depth, entry =>
                {
                    WriteJson(JsonName(TemplateValues.Key(entry.Key)), to);
                    to.Append(": ");
                    WriteJson(entry.Value, to, style, depth + 1);
                });
                break;
            default:
                throw style.Place.Error($"{TemplateValues.Kind(value)} cannot be written as JSON.");
        }
    }

    private static void WriteItems<T>(char open, char close, List<T> items, StringBuilder to, JsonStyle style, int depth, Action<T> write)
    {
        to.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            to.Append(i == 0 ? "" : style.Indent is null ? ", " : ",");
            NewLine(depth + 1);
            write(items[i]);
        }
        if (items.Count > 0)
        {
            NewLine(depth);
        }
        to.Append(close);

        void NewLine(int level)
        {
            if (style.Indent is { } indent)
            {
                to.Append('\n').Append(' ', indent * level);
            }
        }
    }

    private static string JsonName(object? key) => key switch
    {
        string text => text,
        null => "null",
        bool flag => flag ? "true" : "false",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double number => TemplateValues.Float(number),
        _ => "",
    };

    // The encoder of the platform escapes some characters that Python leaves; only what JSON demands is escaped here.
    private static void WriteJson(string text, StringBuilder to)
    {
        to.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => to.Append("\\\""),
                '\\' => to.Append("\\\\"),
                '\n' => to.Append("\\n"),
                '\r' => to.Append("\\r"),
                '\t' => to.Append("\\t"),
                '\b' => to.Append("\\b"),
                '\f' => to.Append("\\f"),
                < ' ' => to.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => to.Append(c),
            };
        }
        to.Append('"');
    }
}
