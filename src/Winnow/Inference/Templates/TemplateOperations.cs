using System.Text;

namespace Winnow.Inference.Templates;

/// <summary>What operators, fields and items of values are.</summary>
internal static class TemplateOperations
{
    public static object? Field(object? target, string name, TemplatePlace place) => target switch
    {
        TemplateMap map => map.Entries.TryGetValue(name, out object? value) ? value : new UndefinedValue($"the field '{name}'"),
        TemplateNamespace fields => fields.Fields.TryGetValue(name, out object? value) ? value : new UndefinedValue($"the field '{name}' of a namespace"),
        LoopValue loop => loop.Field(name),
        UndefinedValue undefined => throw place.Error($"{undefined.What} is undefined and has no field '{name}'."),
        _ => new UndefinedValue($"the field '{name}' of {TemplateValues.Kind(target)}"),
    };

    public static object? Item(object? target, object? key, TemplatePlace place)
    {
        switch (target)
        {
            case TemplateMap map:
                return map.Entries.TryGetValue(TemplateValues.AsKey(key, place), out object? value) ? value : new UndefinedValue($"the entry {Shown(key)}");
            case TemplateList list when TemplateValues.AsLong(key) is { } at:
                at += at < 0 ? list.Items.Count : 0;
                return at >= 0 && at < list.Items.Count ? list.Items[(int)at] : new UndefinedValue($"the item {Shown(key)}");
            case string text when TemplateValues.AsLong(key) is { } at:
                return Character(text, at) ?? (object)new UndefinedValue($"the character {Shown(key)}");
            case UndefinedValue undefined:
                throw place.Error($"{undefined.What} is undefined and has no items.");
            default:
                return key is string name ? Field(target, name, place) : new UndefinedValue($"the item {Shown(key)} of {TemplateValues.Kind(target)}");
        }
    }

    public static object Slice(object? target, long? start, long? stop, long? stride, TemplateRun run, TemplatePlace place)
    {
        long step = stride ?? 1;
        if (step == 0)
        {
            throw place.Error("the step of a slice is 0.");
        }
        switch (target)
        {
            case TemplateList list:
                run.Step(place, list.Items.Count);
                return new TemplateList(Pick(list.Items, start, stop, step), list.IsTuple);
            case string text:
                run.CheckLength(text.Length, place);
                List<Rune> runes = [.. text.EnumerateRunes()];
                return string.Concat(Pick(runes, start, stop, step));
            default:
                throw place.Error($"{TemplateValues.Kind(target)} cannot be sliced.");
        }
    }

    public static IEnumerable<object?> Iterate(object? value, TemplateRun run, TemplatePlace place)
    {
        switch (value)
        {
            case TemplateList list:
                run.Step(place, list.Items.Count);
                return list.Items;
            case TemplateMap map:
                run.Step(place, map.Entries.Count);
                return map.Entries.Keys.Select(TemplateValues.Key);
            case string text:
                run.Step(place, text.Length);
                return text.EnumerateRunes().Select(object? (rune) => rune.ToString());
            case UndefinedValue:
                return [];
            default:
                throw place.Error($"{TemplateValues.Kind(value)} has no items to go through.");
        }
    }

    public static bool Holds(string comparison, object? left, object? right, TemplateRun run, TemplatePlace place)
    {
        switch (comparison)
        {
            case "==": return TemplateValues.AreEqual(left, right);
            case "!=": return !TemplateValues.AreEqual(left, right);
            case "in": return Contains(right, left, run, place);
            case "not in": return !Contains(right, left, run, place);
        }
        int order = TemplateValues.Compare(left, right)
            ?? throw place.Error($"{TemplateValues.Kind(left)} and {TemplateValues.Kind(right)} have no order.");
        return comparison switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    public static bool Contains(object? whole, object? part, TemplateRun run, TemplatePlace place)
    {
        switch (whole)
        {
            case string text:
                run.CheckLength(text.Length, place);
                return part is string sought
                    ? text.Contains(sought, StringComparison.Ordinal)
                    : throw place.Error($"only a text can be in a text; this is {TemplateValues.Kind(part)}.");
            case TemplateMap map:
                return map.Entries.ContainsKey(TemplateValues.AsKey(part, place));
            default:
                return Iterate(whole, run, place).Any(item => TemplateValues.AreEqual(item, part));
        }
    }

    public static object Binary(string operation, object? left, object? right, TemplateRun run, TemplatePlace place)
    {
        switch (operation)
        {
            case "~":
                return Joined(TemplateValues.Text(left, run, place), TemplateValues.Text(right, run, place), run, place);
            case "+" when left is string a && right is string b:
                return Joined(a, b, run, place);
            case "+" when left is TemplateList a && right is TemplateList b:
                run.Step(place, a.Items.Count + (long)b.Items.Count);
                return new TemplateList([.. a.Items, .. b.Items], a.IsTuple);
            case "*" when left is string text && TemplateValues.AsLong(right) is { } times:
                return Repeated(text, times, run, place);
            case "*" when right is string text && TemplateValues.AsLong(left) is { } times:
                return Repeated(text, times, run, place);
        }
        if (TemplateValues.AsLong(left) is { } x && TemplateValues.AsLong(right) is { } y)
        {
            return Whole(operation, x, y, place);
        }
        if (TemplateValues.AsDouble(left) is { } p && TemplateValues.AsDouble(right) is { } q)
        {
            return Real(operation, p, q, place);
        }
        throw place.Error($"there is no '{operation}' of {TemplateValues.Kind(left)} and {TemplateValues.Kind(right)}.");
    }

    private static object Whole(string operation, long x, long y, TemplatePlace place)
    {
        if (operation is "/" or "//" or "%" && y == 0)
        {
            throw place.Error("division by zero.");
        }
        try
        {
            return operation switch
            {
                "+" => (object)checked(x + y),
                "-" => checked(x - y),
                "*" => checked(x * y),
                "/" => (double)x / y,
                "//" => Floor(x, y),
                "%" => checked(x - checked(y * Floor(x, y))),
                "**" when y >= 0 => Power(x, y),
                _ => Math.Pow(x, y),
            };
        }
        catch (OverflowException)
        {
            throw place.Error($"{x} {operation} {y} is beyond 64 bits.");
        }
    }

    private static long Floor(long x, long y)
    {
        long quotient = checked(x / y);
        return x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient;
    }

    private static long Power(long value, long exponent)
    {
        // Beyond 64 the value either stays what it is or leaves 64 bits.
        long power = 1;
        for (long i = 0; i < Math.Min(exponent, 64 + (exponent % 2)); i++)
        {
            power = checked(power * value);
        }
        return power;
    }

    private static double Real(string operation, double x, double y, TemplatePlace place)
    {
        if (operation is "/" or "//" or "%" && y == 0)
        {
            throw place.Error("division by zero.");
        }
        return operation switch
        {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" => x / y,
            "//" => Math.Floor(x / y),
            "%" => x - (y * Math.Floor(x / y)),
            _ => Math.Pow(x, y),
        };
    }

    private static string Joined(string a, string b, TemplateRun run, TemplatePlace place)
    {
        run.CheckLength((long)a.Length + b.Length, place);
        return string.Concat(a, b);
    }

    private static string Repeated(string text, long times, TemplateRun run, TemplatePlace place)
    {
        times = Math.Clamp(times, 0, int.MaxValue);
        run.CheckLength(text.Length * times, place);
        return new StringBuilder().Insert(0, text, (int)times).ToString();
    }

    private static string? Character(string text, long at)
    {
        int count = text.EnumerateRunes().Count();
        at += at < 0 ? count : 0;
        return at >= 0 && at < count ? text.EnumerateRunes().ElementAt((int)at).ToString() : null;
    }

    private static List<T> Pick<T>(List<T> items, long? start, long? stop, long step)
    {
        long count = items.Count;
        long low = step > 0 ? 0 : -1;
        long high = step > 0 ? count : count - 1;
        long from = start is null ? (step > 0 ? low : high) : Bounded(start.Value);
        long to = stop is null ? (step > 0 ? high : low) : Bounded(stop.Value);
        List<T> picked = [];
        // A step as long as the list has the same effect as any longer one.
        long bounded = Math.Clamp(step, -count - 1, count + 1);
        for (long at = from; bounded > 0 ? at < to : at > to; at += bounded)
        {
            picked.Add(items[(int)at]);
        }
        return picked;

        long Bounded(long bound) => Math.Clamp(bound < 0 ? Math.Max(bound, long.MinValue + count) + count : bound, low, high);
    }

    private static string Shown(object? key) => key switch
    {
        string text => $"'{text}'",
        long whole => whole.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => TemplateValues.Kind(key),
    };
}
