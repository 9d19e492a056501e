using System.Text;

namespace Winnow.Inference.Templates;

/// <summary>Methods of texts, lists and maps.</summary>
internal static class TemplateMethods
{
    public static object? Call(object? target, string name, TemplateValues.Arguments arguments, TemplateRun run) => target switch
    {
        string text => OfText(text, name, arguments, run),
        TemplateMap map => OfMap(map, name, arguments, run),
        TemplateList list => OfList(list, name, arguments, run),
        LoopValue loop when name == "cycle" && arguments.Positional.Count > 0 => arguments.Positional[loop.Index % arguments.Positional.Count],
        TemplateNamespace fields when fields.Fields.TryGetValue(name, out object? value) && value is MacroValue macro => macro.Call(arguments, run),
        UndefinedValue undefined => throw arguments.Place.Error($"{undefined.What} is undefined and has no method '{name}'."),
        _ => throw Unknown(target, name, arguments.Place),
    };

    private static object? OfText(string text, string name, TemplateValues.Arguments arguments, TemplateRun run)
    {
        run.CheckLength(text.Length, arguments.Place);
        switch (name)
        {
            case "strip":
                return Strip(text, arguments, left: true, right: true);
            case "lstrip":
                return Strip(text, arguments, left: true, right: false);
            case "rstrip":
                return Strip(text, arguments, left: false, right: true);
            case "startswith":
                return Any(arguments, prefix => text.StartsWith(prefix, StringComparison.Ordinal));
            case "endswith":
                return Any(arguments, suffix => text.EndsWith(suffix, StringComparison.Ordinal));
            case "removeprefix":
                return text.StartsWith(arguments.Text(0, "prefix"), StringComparison.Ordinal) ? text[arguments.Text(0, "prefix").Length..] : text;
            case "removesuffix":
                return text.EndsWith(arguments.Text(0, "suffix"), StringComparison.Ordinal) ? text[..^arguments.Text(0, "suffix").Length] : text;
            case "upper":
                return text.ToUpperInvariant();
            case "lower":
                return text.ToLowerInvariant();
            case "title":
                return TextFilters.Title(text);
            case "capitalize":
                return TextFilters.Capitalize(text);
            case "replace":
                return TextFilters.Replace(text, arguments.Text(0, "old"), arguments.Text(1, "new"), arguments.TryGet(2, "count", out _) ? arguments.Whole(2, "count") : -1, run, arguments.Place);
            case "split":
                return Split(text, arguments);
            case "splitlines":
                return new TemplateList([.. Lines(text)]);
            case "join":
                return TextFilters.Join(TemplateOperations.Iterate(arguments.Required(0, "iterable"), run, arguments.Place), text, run, arguments.Place);
            case "find":
                return (long)CodePoints(text, text.IndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal));
            case "rfind":
                return (long)CodePoints(text, text.LastIndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal));
            case "count":
                string part = arguments.Text(0, "sub");
                return part.Length == 0 ? text.EnumerateRunes().Count() + 1L : text.Split(part).Length - 1L;
            case "isdigit":
                return text.Length > 0 && text.EnumerateRunes().All(Rune.IsDigit);
            case "isalpha":
                return text.Length > 0 && text.EnumerateRunes().All(Rune.IsLetter);
            case "isspace":
                return text.Length > 0 && text.EnumerateRunes().All(Rune.IsWhiteSpace);
            default:
                throw Unknown(text, name, arguments.Place);
        }
    }

    private static object? OfMap(TemplateMap map, string name, TemplateValues.Arguments arguments, TemplateRun run)
    {
        run.Step(arguments.Place, map.Entries.Count);
        switch (name)
        {
            case "items":
                return Items(map);
            case "keys":
                return new TemplateList([.. map.Entries.Keys.Select(TemplateValues.Key)]);
            case "values":
                return new TemplateList([.. map.Entries.Values]);
            case "get":
                object key = TemplateValues.AsKey(arguments.Required(0, "key"), arguments.Place);
                return map.Entries.TryGetValue(key, out object? value) ? value : arguments.TryGet(1, "default", out object? fallback) ? fallback : null;
            default:
                return map.Entries.TryGetValue(name, out object? field) && field is MacroValue macro ? macro.Call(arguments, run) : throw Unknown(map, name, arguments.Place);
        }
    }

    private static long OfList(TemplateList list, string name, TemplateValues.Arguments arguments, TemplateRun run)
    {
        run.Step(arguments.Place, list.Items.Count);
        object? sought = arguments.Required(0, "value");
        return name switch
        {
            "count" => (long)list.Items.Count(item => TemplateValues.AreEqual(item, sought)),
            "index" => list.Items.FindIndex(item => TemplateValues.AreEqual(item, sought)) is >= 0 and var at ? (long)at : throw arguments.Place.Error("the list does not hold the value."),
            "append" or "extend" or "insert" or "pop" or "remove" => throw arguments.Place.Error($"the method '{name}' would change a list, which templates must not; write a new list with '+'."),
            _ => throw Unknown(list, name, arguments.Place),
        };
    }

    /// <summary>Entries of a map as pairs.</summary>
    public static TemplateList Items(TemplateMap map) =>
        new([.. map.Entries.Select(e => new TemplateList([TemplateValues.Key(e.Key), e.Value], isTuple: true))]);

    private static WinnowException Unknown(object? target, string name, TemplatePlace place) =>
        place.Error($"the method '{name}' of {TemplateValues.Kind(target)} is not supported.");

    private static string Strip(string text, TemplateValues.Arguments arguments, bool left, bool right)
    {
        char[]? characters = arguments.TryGet(0, "chars", out object? value) && value is not null ? arguments.Text(0, "chars").ToCharArray() : null;
        text = left ? text.TrimStart(characters) : text;
        return right ? text.TrimEnd(characters) : text;
    }

    private static bool Any(TemplateValues.Arguments arguments, Func<string, bool> holds) =>
        arguments.Required(0, "prefix") is TemplateList list
            ? list.Items.OfType<string>().Any(holds)
            : holds(arguments.Text(0, "prefix"));

    private static TemplateList Split(string text, TemplateValues.Arguments arguments)
    {
        int most = arguments.TryGet(1, "maxsplit", out _) ? (int)Math.Clamp(arguments.Whole(1, "maxsplit"), -1, int.MaxValue - 1) : -1;
        bool isBlank = !arguments.TryGet(0, "sep", out object? separator) || separator is null;
        if (isBlank)
        {
            string[] words = text.Trim().Split((char[]?)null, most < 0 ? int.MaxValue : most + 1, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return new TemplateList([.. words]);
        }
        string mark = arguments.Text(0, "sep");
        return mark.Length == 0
            ? throw arguments.Place.Error("the separator is empty.")
            : new TemplateList([.. text.Split(mark, most < 0 ? int.MaxValue : most + 1)]);
    }

    private static string[] Lines(string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static int CodePoints(string text, int units) => units < 0 ? -1 : text.AsSpan(0, units).EnumerateRunes().Count();
}

file static class RuneCounting
{
    public static int Count(this SpanRuneEnumerator runes)
    {
        int count = 0;
        foreach (Rune _ in runes)
        {
            count++;
        }
        return count;
    }
}
