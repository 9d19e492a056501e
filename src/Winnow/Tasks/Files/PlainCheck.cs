using System.Text.Json;
using Winnow.Tasks.Answers;

namespace Winnow.Tasks.Files;

/// <summary>How an answer to one line of a plain file is found and checked.</summary>
/// <param name="Answers">Finds the answer.</param>
/// <param name="Checker">Checks it.</param>
/// <param name="Target">What is shown as the right answer; null where only the checker knows.</param>
/// <param name="Request">What the model is asked to do with the question; empty: nothing more.</param>
internal sealed record PlainCheck(IAnswerKey Answers, IAnswerChecker Checker, string? Target, string Request)
{
    /// <summary>The field that names a checker.</summary>
    public const string Field = "checker";

    /// <summary>A request for reasoning with its answer at the end.</summary>
    public const string StepByStep = "\n\nThink step by step. Then write \"So the answer is\" and the answer.";

    private const string InBox = "\n\nThink step by step, and put the final answer in \\boxed{}.";

    // Each checker by its name, with the settings it may have beside it.
    private static readonly (string Name, string[] Settings)[] Known =
    [
        ("exact", []), ("text", []), ("numeric", ["tolerance", "relative"]), ("math", []), ("choice", []), ("set", []),
        ("regex", ["pattern", "ignore_case"]), ("judge", ["rubric"]),
    ];

    /// <summary>What a judging model is told to look at; null where the line says nothing.</summary>
    public string? Rubric { get; init; }

    /// <summary>The check of a line.</summary>
    /// <param name="row">The line.</param>
    /// <param name="choices">Its choices; empty: none.</param>
    /// <param name="isNumericFile">Whether every target of the file is a number, which lines without a checker then are checked as.</param>
    /// <exception cref="WinnowException">The checker is unknown, or the line lacks what it needs.</exception>
    public static PlainCheck Of(TaskRecord row, IReadOnlyList<string> choices, bool isNumericFile)
    {
        (string name, TaskRecord settings) = NameAndSettings(row);
        name = name.Length > 0 ? name : choices.Count > 0 ? "choice" : isNumericFile ? "numeric" : "text";
        if (choices.Count > 0 != (name == "choice"))
        {
            throw row.Fault(choices.Count > 0
                ? $"the line has \"choices\", but its checker is \"{name}\"; expected the checker \"choice\", or no choices"
                : "the checker is \"choice\", but there are no \"choices\"; expected a list of 2 to 26 texts");
        }
        return name switch
        {
            "exact" => OfTargets(row, new VerbatimAnswerKey(), new ExactAnswerChecker(), StepByStep),
            "text" => OfTargets(row, new FreeTextAnswerKey(), new NormalisedAnswerChecker(), StepByStep),
            "numeric" => OfNumbers(row, new NumericAnswerChecker(settings.Number("tolerance"), settings.Number("relative"))),
            "math" => OfTargets(row, new MathAnswerKey(), new MathAnswerChecker(), InBox),
            "choice" => new(new ChoiceAnswerKey(choices, isLettered: true), new ExactAnswerChecker(), LetterOf(row.Text("target").Trim(), choices, row), StepByStep),
            "set" => new(new SetAnswerKey(), new SetAnswerChecker(), string.Join(", ", Targets(row)), StepByStep),
            "regex" => new(new WholeTextAnswerKey(), Pattern(row, settings), null, ""),
            _ => new(new WholeTextAnswerKey(), JudgeRequired.Instance, row.TextOrNull("target"), "") { Rubric = settings.TextOrNull("rubric") },
        };
    }

    /// <summary>A checker is a name, or an object with a name and settings.</summary>
    private static (string Name, TaskRecord Settings) NameAndSettings(TaskRecord row)
    {
        if (!row.Has(Field))
        {
            return ("", TaskRecord.Empty(row.Place));
        }
        bool isObject = row.Value.GetProperty(Field).ValueKind == JsonValueKind.Object;
        TaskRecord settings = isObject ? row with { Value = row.Value.GetProperty(Field) } : TaskRecord.Empty(row.Place);
        string name = isObject ? settings.Text("name") : row.Text(Field);
        int at = Array.FindIndex(Known, known => known.Name == name);
        if (at < 0)
        {
            throw row.Fault($"there is no checker \"{name}\"; expected one of {string.Join(", ", Known.Select(known => known.Name))}");
        }
        string? odd = settings.Others(["name", .. Known[at].Settings]).Keys.FirstOrDefault();
        return odd is null ? (name, settings) : throw row.Fault(Known[at].Settings.Length == 0
            ? $"the checker \"{name}\" has a setting \"{odd}\"; it has no settings"
            : $"the checker \"{name}\" has a setting \"{odd}\"; expected {string.Join(" or ", Known[at].Settings.Select(setting => $"\"{setting}\""))}");
    }

    private static IReadOnlyList<string> Targets(TaskRecord row)
    {
        bool isList = row.Has("target") && row.Value.GetProperty("target").ValueKind == JsonValueKind.Array;
        IReadOnlyList<string> targets = isList ? row.Texts("target") : [row.Text("target")];
        return targets.Count > 0 ? [.. targets.Select(target => target.Trim())] : throw row.Fault("field \"target\" is an empty list; expected at least one right answer");
    }

    /// <summary>Right is any of the targets; the first is shown.</summary>
    private static PlainCheck OfTargets(TaskRecord row, IAnswerKey answers, IAnswerChecker checker, string request)
    {
        IReadOnlyList<string> targets = Targets(row);
        return new(answers, targets.Count > 1 ? new AnyTargetChecker(checker, targets) : checker, targets[0], request);
    }

    private static PlainCheck OfNumbers(TaskRecord row, NumericAnswerChecker checker) =>
        Targets(row).FirstOrDefault(target => CanonicalText.Number(target) is null) is { } odd
            ? throw row.Fault($"field \"target\" is \"{odd}\", but the checker is \"numeric\"; expected a number such as 12 or -0.5")
            : OfTargets(row, new NumericAnswerKey(), checker, StepByStep);

    private static RegexAnswerChecker Pattern(TaskRecord row, TaskRecord settings)
    {
        string pattern = settings.TextOrNull("pattern") ?? row.TextOrNull("target")
            ?? throw row.Fault("the checker is \"regex\" and there is no pattern; expected one in \"target\", or {\"name\": \"regex\", \"pattern\": \"…\"}");
        try
        {
            return new RegexAnswerChecker(pattern, settings.Flag("ignore_case"));
        }
        catch (ArgumentException error)
        {
            throw new WinnowException($"{row.Place}: the pattern cannot be used; expected a regular expression in .NET's syntax. {error.Message}", error);
        }
    }

    private static string LetterOf(string target, IReadOnlyList<string> choices, TaskRecord row)
    {
        for (int i = 0; i < choices.Count; i++)
        {
            if (choices[i].Trim() == target)
            {
                return ChoiceAnswerKey.Letter(i);
            }
        }
        return target.Trim('(', ')') is [var letter] && letter - 'A' >= 0 && letter - 'A' < choices.Count
            ? ChoiceAnswerKey.Letter(letter - 'A')
            : throw row.Fault($"field \"target\" is \"{target}\"; expected one of the choices, or its letter");
    }
}
