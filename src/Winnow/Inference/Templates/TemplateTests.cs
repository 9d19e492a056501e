namespace Winnow.Inference.Templates;

/// <summary>A test: what stands after <c>is</c>.</summary>
internal delegate bool TemplateTest(object? value, TemplateValues.Arguments arguments, TemplateRun run);

/// <summary>The tests that templates may use.</summary>
internal static class TemplateTests
{
    public static readonly IReadOnlyDictionary<string, TemplateTest> All = new Dictionary<string, TemplateTest>(StringComparer.Ordinal)
    {
        ["defined"] = (value, _, _) => value is not UndefinedValue,
        ["undefined"] = (value, _, _) => value is UndefinedValue,
        ["none"] = (value, _, _) => value is null,
        ["string"] = (value, _, _) => value is string,
        ["number"] = (value, _, _) => value is long or double or bool,
        ["integer"] = (value, _, _) => value is long,
        ["float"] = (value, _, _) => value is double,
        ["boolean"] = (value, _, _) => value is bool,
        ["true"] = (value, _, _) => value is true,
        ["false"] = (value, _, _) => value is false,
        ["mapping"] = (value, _, _) => value is TemplateMap,
        ["iterable"] = (value, _, _) => value is TemplateList or TemplateMap or string or UndefinedValue,
        ["sequence"] = (value, _, _) => value is TemplateList or TemplateMap or string or UndefinedValue,
        ["callable"] = (value, _, _) => value is MacroValue or TemplateFunction,
        ["odd"] = (value, call, _) => Whole(value, call) % 2 != 0,
        ["even"] = (value, call, _) => Whole(value, call) % 2 == 0,
        ["divisibleby"] = (value, call, _) => call.Whole(0, "num") is not 0 and var by ? Whole(value, call) % by == 0 : throw call.Place.Error("division by zero."),
        ["lower"] = (value, call, run) => TemplateValues.Text(value, run, call.Place) is var text && text.Any(char.IsLetter) && !text.Any(char.IsUpper),
        ["upper"] = (value, call, run) => TemplateValues.Text(value, run, call.Place) is var text && text.Any(char.IsLetter) && !text.Any(char.IsLower),
        ["in"] = (value, call, run) => TemplateOperations.Contains(call.Required(0, "seq"), value, run, call.Place),
        ["eq"] = Comparing("=="), ["equalto"] = Comparing("=="), ["=="] = Comparing("=="),
        ["ne"] = Comparing("!="), ["!="] = Comparing("!="),
        ["lt"] = Comparing("<"), ["lessthan"] = Comparing("<"), ["<"] = Comparing("<"),
        ["le"] = Comparing("<="), ["<="] = Comparing("<="),
        ["gt"] = Comparing(">"), ["greaterthan"] = Comparing(">"), [">"] = Comparing(">"),
        ["ge"] = Comparing(">="), [">="] = Comparing(">="),
    };

    public static WinnowException Unknown(string name, TemplatePlace place) =>
        place.Error($"the test '{name}' is not supported; there are {string.Join(", ", All.Keys.Where(k => char.IsLetter(k[0])).Order(StringComparer.Ordinal))}.");

    private static TemplateTest Comparing(string comparison) =>
        (value, call, run) => TemplateOperations.Holds(comparison, value, call.Required(0, "other"), run, call.Place);

    private static long Whole(object? value, TemplateValues.Arguments call) =>
        TemplateValues.AsLong(value) ?? throw call.Place.Error($"the test needs a whole number; this is {TemplateValues.Kind(value)}.");
}
