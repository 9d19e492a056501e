using System.Globalization;
using System.Text;

namespace Winnow.Inference.Templates;

/// <summary>A function.</summary>
internal delegate object? TemplateFunction(TemplateValues.Arguments arguments, TemplateRun run);

/// <summary>The functions that templates may call.</summary>
internal static class TemplateFunctions
{
    private const int MaxRange = 100_000;

    public static readonly IReadOnlyDictionary<string, TemplateFunction> All = new Dictionary<string, TemplateFunction>(StringComparer.Ordinal)
    {
        ["raise_exception"] = (call, run) => throw call.Place.Error($"the template refuses the conversation: {TemplateValues.Text(call.Required(0, "message"), run, call.Place)}"),
        ["namespace"] = Namespace,
        ["dict"] = Dict,
        ["range"] = Range,
        ["strftime_now"] = Now,
    };

    private static TemplateNamespace Namespace(TemplateValues.Arguments call, TemplateRun run)
    {
        var fields = new TemplateNamespace();
        foreach (object? given in call.Positional)
        {
            foreach ((object key, object? value) in (given as TemplateMap ?? throw call.Place.Error("a namespace is made of named arguments or a map.")).Entries)
            {
                fields.Fields[TemplateValues.Text(TemplateValues.Key(key), run, call.Place)] = value;
            }
        }
        foreach ((string name, object? value) in call.Named)
        {
            fields.Fields[name] = value;
        }
        return fields;
    }

    private static TemplateMap Dict(TemplateValues.Arguments call, TemplateRun run)
    {
        var map = new TemplateMap();
        foreach (object? given in call.Positional)
        {
            foreach ((object key, object? value) in (given as TemplateMap ?? throw call.Place.Error("a map is made of named arguments or another map.")).Entries)
            {
                map.Entries[key] = value;
            }
        }
        foreach ((string name, object? value) in call.Named)
        {
            map.Entries[name] = value;
        }
        return map;
    }

    private static TemplateList Range(TemplateValues.Arguments call, TemplateRun run)
    {
        call.Allow("start", "stop", "step");
        long start = call.Count > 1 ? call.Whole(0, "start") : 0;
        long stop = call.Count > 1 ? call.Whole(1, "stop") : call.Whole(0, "start");
        long step = call.Count > 2 ? call.Whole(2, "step") : 1;
        if (step == 0)
        {
            throw call.Place.Error("the step of a range is 0.");
        }
        decimal count = Math.Max(0, Math.Ceiling(((decimal)stop - start) / step));
        if (count > MaxRange)
        {
            throw call.Place.Error($"a range has at most {MaxRange} numbers; this has {count}.");
        }
        run.Step(call.Place, (long)count);
        List<object?> numbers = new((int)count);
        for (long i = 0; i < (long)count; i++)
        {
            numbers.Add(start + (i * step));
        }
        return new TemplateList(numbers);
    }

    private static string Now(TemplateValues.Arguments call, TemplateRun run)
    {
        DateTimeOffset now = run.Options.Time.GetLocalNow();
        string format = call.Text(0, "format");
        run.CheckLength(format.Length * 10L, call.Place);
        var written = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                written.Append(format[i]);
                continue;
            }
            string? pattern = format[++i] switch
            {
                'Y' => "yyyy", 'y' => "yy", 'm' => "MM", 'd' => "dd", 'H' => "HH", 'I' => "hh", 'M' => "mm", 'S' => "ss",
                'B' => "MMMM", 'b' => "MMM", 'A' => "dddd", 'a' => "ddd", 'p' => "tt",
                _ => null,
            };
            written.Append(pattern is not null ? now.ToString(pattern, CultureInfo.InvariantCulture)
                : format[i] == '%' ? "%"
                : format[i] == 'j' ? now.DayOfYear.ToString("000", CultureInfo.InvariantCulture)
                : throw call.Place.Error($"the date part '%{format[i]}' is not supported."));
        }
        return written.ToString();
    }
}
