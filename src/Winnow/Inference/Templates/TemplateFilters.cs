using System.Globalization;

namespace Winnow.Inference.Templates;

/// <summary>A filter.</summary>
internal delegate object? TemplateFilter(object? value, TemplateValues.Arguments arguments, TemplateRun run);

/// <summary>The filters that templates may use.</summary>
internal static class TemplateFilters
{
    public static readonly IReadOnlyDictionary<string, TemplateFilter> All = new Dictionary<string, TemplateFilter>(StringComparer.Ordinal)
    {
        ["tojson"] = TextFilters.Json,
        ["trim"] = Trim,
        ["length"] = (value, call, _) => Length(value, call),
        ["count"] = (value, call, _) => Length(value, call),
        ["upper"] = (value, call, run) => Text(value, call, run).ToUpperInvariant(),
        ["lower"] = (value, call, run) => Text(value, call, run).ToLowerInvariant(),
        ["title"] = (value, call, run) => TextFilters.Title(Text(value, call, run)),
        ["capitalize"] = (value, call, run) => TextFilters.Capitalize(Text(value, call, run)),
        ["replace"] = (value, call, run) => TextFilters.Replace(
            Text(value, call, run), call.Text(0, "old"), call.Text(1, "new"), call.TryGet(2, "count", out object? count) && count is not null ? call.Whole(2, "count") : -1, run, call.Place),
        ["join"] = Join,
        ["indent"] = (value, call, run) => TextFilters.Indent(Text(value, call, run), call, run),
        ["string"] = (value, call, run) => Text(value, call, run),
        ["safe"] = (value, _, _) => value,
        ["default"] = Default,
        ["d"] = Default,
        ["first"] = (value, call, run) => TemplateOperations.Iterate(value, run, call.Place).Take(1).ToList() is [var item] ? item : new UndefinedValue("the first of nothing"),
        ["last"] = (value, call, run) => TemplateOperations.Iterate(value, run, call.Place).ToList() is [.., var item] ? item : new UndefinedValue("the last of nothing"),
        ["list"] = (value, call, run) => new TemplateList([.. TemplateOperations.Iterate(value, run, call.Place)]),
        ["reverse"] = Reverse,
        ["unique"] = (value, call, run) => new TemplateList(Distinct(TemplateOperations.Iterate(value, run, call.Place), call, run)),
        ["sort"] = Sort,
        ["items"] = (value, call, run) => value is TemplateMap ? TemplateMethods.Call(value, "items", call, run) : value is UndefinedValue ? new TemplateList([]) : throw Wrong(value, "a map", call),
        ["dictsort"] = DictSort,
        ["int"] = ToWhole,
        ["float"] = (value, call, _) => ToNumber(value) ?? (call.TryGet(0, "default", out object? fallback) ? fallback : 0.0),
        ["abs"] = (value, call, _) => value is long and not long.MinValue ? (object)Math.Abs((long)value) : value is double number ? Math.Abs(number) : throw Wrong(value, "a number", call),
        ["round"] = (value, call, _) => Round(value, call),
        ["sum"] = (value, call, run) => TemplateOperations.Iterate(value, run, call.Place).Aggregate((object?)0L, (sum, item) => TemplateOperations.Binary("+", sum, item, run, call.Place)),
        ["min"] = (value, call, run) => Extreme(value, call, run, sign: -1),
        ["max"] = (value, call, run) => Extreme(value, call, run, sign: 1),
        ["map"] = Map,
        ["select"] = (value, call, run) => Select(value, call, run, keeps: true, hasField: false),
        ["reject"] = (value, call, run) => Select(value, call, run, keeps: false, hasField: false),
        ["selectattr"] = (value, call, run) => Select(value, call, run, keeps: true, hasField: true),
        ["rejectattr"] = (value, call, run) => Select(value, call, run, keeps: false, hasField: true),
    };

    private static string Text(object? value, TemplateValues.Arguments call, TemplateRun run) =>
        run.Made(TemplateValues.Text(value, run, call.Place), call.Place);

    private static WinnowException Wrong(object? value, string expected, TemplateValues.Arguments call) =>
        call.Place.Error($"the filter needs {expected}; this is {TemplateValues.Kind(value)}.");

    private static string Trim(object? value, TemplateValues.Arguments call, TemplateRun run) =>
        call.TryGet(0, "chars", out object? characters) && characters is not null
            ? Text(value, call, run).Trim(call.Text(0, "chars").ToCharArray())
            : Text(value, call, run).Trim();

    private static long Length(object? value, TemplateValues.Arguments call) => value switch
    {
        string text => (long)text.EnumerateRunes().Count(),
        TemplateList list => (long)list.Items.Count,
        TemplateMap map => (long)map.Entries.Count,
        UndefinedValue => 0L,
        _ => throw Wrong(value, "a text, list or map", call),
    };

    private static string Join(object? value, TemplateValues.Arguments call, TemplateRun run)
    {
        call.Allow("d", "attribute");
        IEnumerable<object?> items = TemplateOperations.Iterate(value, run, call.Place);
        if (call.TryGet(1, "attribute", out _))
        {
            string field = call.Text(1, "attribute");
            items = items.Select(item => Path(item, field, call.Place));
        }
        string separator = call.TryGet(0, "d", out object? given) ? TemplateValues.Text(given, run, call.Place) : "";
        return TextFilters.Join(items, separator, run, call.Place);
    }

    private static object? Default(object? value, TemplateValues.Arguments call, TemplateRun run)
    {
        call.Allow("default_value", "boolean");
        bool isMissing = value is UndefinedValue || (call.Flag(1, "boolean", absent: false) && !TemplateValues.IsTrue(value));
        return !isMissing ? value : call.TryGet(0, "default_value", out object? fallback) ? fallback : "";
    }

    private static object? Reverse(object? value, TemplateValues.Arguments call, TemplateRun run)
    {
        List<object?> items = [.. TemplateOperations.Iterate(value, run, call.Place)];
        items.Reverse();
        return value is string ? string.Concat(items) : new TemplateList(items);
    }

    private static List<object?> Distinct(IEnumerable<object?> items, TemplateValues.Arguments call, TemplateRun run)
    {
        List<object?> distinct = [];
        foreach (object? item in items)
        {
            run.Step(call.Place, distinct.Count + 1);
            if (!distinct.Exists(known => TemplateValues.AreEqual(known, item)))
            {
                distinct.Add(item);
            }
        }
        return distinct;
    }

    private static TemplateList Sort(object? value, TemplateValues.Arguments call, TemplateRun run)
    {
        call.Allow("reverse", "case_sensitive", "attribute");
        bool isCaseSensitive = call.Flag(1, "case_sensitive", absent: false);
        string? field = call.TryGet(2, "attribute", out object? given) && given is not null ? call.Text(2, "attribute") : null;
        return new TemplateList(Sorted(
            TemplateOperations.Iterate(value, run, call.Place),
            item => Folded(field is null ? item : Path(item, field, call.Place), isCaseSensitive),
            call.Flag(0, "reverse", absent: false), call, run));
    }

    private static TemplateList DictSort(object? value, TemplateValues.Arguments call, TemplateRun run)
    {
        call.Allow("case_sensitive", "by", "reverse");
        TemplateMap map = value as TemplateMap ?? throw Wrong(value, "a map", call);
        bool isCaseSensitive = call.Flag(0, "case_sensitive", absent: false);
        int part = call.TryGet(1, "by", out object? by) && by is "value" ? 1 : 0;
        return new TemplateList(Sorted(
            TemplateMethods.Items(map).Items,
            item => Folded(((TemplateList)item!).Items[part], isCaseSensitive),
            call.Flag(2, "reverse", absent: false), call, run));
    }

    private static object? Folded(object? value, bool isCaseSensitive) => value is string text && !isCaseSensitive ? text.ToLowerInvariant() : value;

    private static List<object?> Sorted(IEnumerable<object?> items, Func<object?, object?> key, bool isReversed, TemplateValues.Arguments call, TemplateRun run)
    {
        var order = Comparer<object?>.Create((a, b) =>
        {
            run.Step(call.Place);
            return TemplateValues.Compare(a, b) ?? throw call.Place.Error($"{TemplateValues.Kind(a)} and {TemplateValues.Kind(b)} have no order.");
        });
        try
        {
            return isReversed ? [.. items.OrderByDescending(key, order)] : [.. items.OrderBy(key, order)];
        }
        catch (InvalidOperationException wrapped) when (wrapped.InnerException is WinnowException error)
        {
            throw new WinnowException(error.Message, wrapped);
        }
    }

    private static object? ToWhole(object? value, TemplateValues.Arguments call, TemplateRun run)
    {
        if (value is string text && long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return whole;
        }
        double? number = ToNumber(value);
        bool fits = number is > -9e18 and < 9e18;
        return TemplateValues.AsLong(value) ?? (fits ? (long)number!.Value : call.TryGet(0, "default", out object? fallback) ? fallback : 0L);
    }

    private static double? ToNumber(object? value) => value switch
    {
        string text when double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        _ => TemplateValues.AsDouble(value),
    };

    private static double Round(object? value, TemplateValues.Arguments call)
    {
        call.Allow("precision", "method");
        double number = TemplateValues.AsDouble(value) ?? throw Wrong(value, "a number", call);
        int precision = call.TryGet(0, "precision", out _) ? (int)Math.Clamp(call.Whole(0, "precision"), 0, 15) : 0;
        double scale = Math.Pow(10, precision);
        return (call.TryGet(1, "method", out object? method) ? method : "common") switch
        {
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ => Math.Round(number, precision, MidpointRounding.ToEven),
        };
    }

    private static object? Extreme(object? value, TemplateValues.Arguments call, TemplateRun run, int sign)
    {
        object? best = new UndefinedValue("the extreme of nothing");
        foreach (object? item in TemplateOperations.Iterate(value, run, call.Place))
        {
            int? order = best is UndefinedValue ? sign : TemplateValues.Compare(item, best);
            best = order is null ? throw Wrong(item, "values with an order", call) : order * sign > 0 ? item : best;
        }
        return best;
    }

    private static TemplateList Map(object? value, TemplateValues.Arguments call, TemplateRun run)
    {
        IEnumerable<object?> items = TemplateOperations.Iterate(value, run, call.Place);
        if (call.Named.TryGetValue("attribute", out object? field))
        {
            call.Allow("attribute", "default");
            string path = field as string ?? throw Wrong(field, "the name of a field", call);
            bool hasDefault = call.Named.TryGetValue("default", out object? fallback);
            return new TemplateList([.. items.Select(item => Path(item, path, call.Place) is var found && found is UndefinedValue && hasDefault ? fallback : found)]);
        }
        string name = call.Text(0, "filter");
        TemplateFilter filter = All.TryGetValue(name, out TemplateFilter? known) ? known : throw Unknown(name, call.Place);
        TemplateValues.Arguments rest = call with { Positional = [.. call.Positional.Skip(1)] };
        return new TemplateList([.. items.Select(item => filter(item, rest, run))]);
    }

    private static TemplateList Select(object? value, TemplateValues.Arguments call, TemplateRun run, bool keeps, bool hasField)
    {
        string? field = hasField ? call.Text(0, "attribute") : null;
        int first = hasField ? 1 : 0;
        TemplateTest? test = null;
        if (call.Positional.Count > first)
        {
            string name = call.Text(first, "test");
            test = TemplateTests.All.TryGetValue(name, out TemplateTest? known) ? known : throw TemplateTests.Unknown(name, call.Place);
        }
        TemplateValues.Arguments rest = call with { Positional = [.. call.Positional.Skip(first + 1)] };
        return new TemplateList([.. TemplateOperations.Iterate(value, run, call.Place).Where(item =>
        {
            run.Step(call.Place);
            object? tested = field is null ? item : Path(item, field, call.Place);
            return keeps == (test is null ? TemplateValues.IsTrue(tested) : test(tested, rest, run));
        })]);
    }

    private static object? Path(object? item, string path, TemplatePlace place)
    {
        foreach (string part in path.Split('.'))
        {
            item = long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long at)
                ? TemplateOperations.Item(item, at, place)
                : item is UndefinedValue ? item : TemplateOperations.Field(item, part, place);
        }
        return item;
    }

    public static WinnowException Unknown(string name, TemplatePlace place) =>
        place.Error($"the filter '{name}' is not supported; there are {string.Join(", ", All.Keys.Order(StringComparer.Ordinal))}.");
}
