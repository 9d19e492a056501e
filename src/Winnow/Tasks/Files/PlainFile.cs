using System.Globalization;
using System.Text;
using Winnow.Tasks.Answers;

namespace Winnow.Tasks.Files;

/// <summary>
/// JSON lines with <c>input</c> and what decides about an answer: <c>target</c>, <c>choices</c> with a target among them, or
/// a <c>checker</c> by name (<see cref="PlainCheck"/>). <c>id</c> and <c>prompt</c>, the whole text that the model
/// reads, are used where they are given. Other fields are kept as columns.
/// </summary>
internal static class PlainFile
{
    private const int MaxChoices = 26;

    public static bool Recognises(TaskRecord record) => record.Has("input") && (record.Has("target") || record.Has("choices") || record.Has(PlainCheck.Field));

    public static TaskSet Load(IEnumerable<TaskRecord> records, string path, string version)
    {
        TaskRecord[] rows = [.. records];
        // Numbers are only compared as numbers where every answer is one.
        bool isNumeric = rows.All(row => !row.Has("choices") && !row.Has(PlainCheck.Field) && row.IsScalar("target") && CanonicalText.Number(row.TextOrNull("target")) is not null);
        HashSet<string> ids = new(StringComparer.Ordinal);
        List<Problem> problems = [];
        foreach (TaskRecord row in rows)
        {
            Problem problem = ToProblem(row, (problems.Count + 1).ToString(CultureInfo.InvariantCulture), isNumeric);
            problems.Add(ids.Add(problem.Id) ? problem : throw row.Fault($"id \"{problem.Id}\" is used before; expected each id once"));
        }
        string name = Path.GetFileNameWithoutExtension(path);
        return new TaskSet
        {
            Name = name,
            Description = $"Problems of {Path.GetFileName(path)}",
            Version = version,
            ChanceLevel = ChanceLevel.Of(problems),
            MaxAnswerTokens = 512,
            Problems = problems,
        };
    }

    private static Problem ToProblem(TaskRecord row, string number, bool isNumeric)
    {
        string input = row.Text("input");
        IReadOnlyList<string> choices = row.Texts("choices");
        if (row.Has("choices") && choices.Count is < 2 or > MaxChoices)
        {
            throw row.Fault($"field \"choices\" has {choices.Count} entries; expected 2 to {MaxChoices}");
        }
        PlainCheck check = PlainCheck.Of(row, choices, isNumeric);
        return new Problem
        {
            Id = row.TextOrNull("id") ?? number,
            Question = input,
            Prompt = row.TextOrNull("prompt") ?? PromptOf(input, choices, check.Request),
            HasOwnForm = row.Has("prompt"),
            Target = check.Target,
            Choices = choices,
            Rubric = check.Rubric,
            Columns = row.Others("id", "input", "prompt", "target", "choices", PlainCheck.Field),
            Answers = check.Answers,
            Checker = check.Checker,
        };
    }

    private static string PromptOf(string input, IReadOnlyList<string> choices, string request)
    {
        StringBuilder prompt = new(input);
        for (int i = 0; i < choices.Count; i++)
        {
            prompt.Append('\n').Append(ChoiceAnswerKey.Letter(i)).Append(' ').Append(choices[i]);
        }
        return prompt.Append(request).ToString();
    }
}
