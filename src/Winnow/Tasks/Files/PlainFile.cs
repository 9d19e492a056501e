using System.Globalization;
using System.Text;
using Winnow.Tasks.Answers;

namespace Winnow.Tasks.Files;

/// <summary>
/// JSON lines with <c>input</c>, <c>target</c> and, where there are choices, <c>choices</c>; <c>id</c> is used where it
/// is given. Other fields are kept as columns.
/// </summary>
internal static class PlainFile
{
    private const int MaxChoices = 26;

    public static bool Recognises(TaskRecord record) => record.Has("input") && record.Has("target");

    public static TaskSet Load(IEnumerable<TaskRecord> records, string path, string version)
    {
        TaskRecord[] rows = [.. records];
        // Numbers are only compared as numbers where every answer is one.
        bool isNumeric = rows.All(row => !row.Has("choices") && CanonicalText.Number(row.TextOrNull("target")) is not null);
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
        string target = row.Text("target").Trim();
        IReadOnlyList<string> choices = row.Texts("choices");
        if (row.Has("choices") && choices.Count is < 2 or > MaxChoices)
        {
            throw row.Fault($"field \"choices\" has {choices.Count} entries; expected 2 to {MaxChoices}");
        }
        StringBuilder prompt = new(input);
        for (int i = 0; i < choices.Count; i++)
        {
            prompt.Append('\n').Append(ChoiceAnswerKey.Letter(i)).Append(' ').Append(choices[i]);
        }
        return new Problem
        {
            Id = row.TextOrNull("id") ?? number,
            Question = input,
            Prompt = prompt.Append("\n\nThink step by step, and end with: So the answer is X.").ToString(),
            Target = choices.Count > 0 ? LetterOf(target, choices, row) : target,
            Choices = choices,
            Columns = row.Others("id", "input", "target", "choices"),
            Answers = choices.Count > 0 ? new ChoiceAnswerKey(choices, isLettered: true) : isNumeric ? new NumericAnswerKey() : new FreeTextAnswerKey(),
            Checker = choices.Count > 0 ? new ExactAnswerChecker() : isNumeric ? new NumericAnswerChecker() : new NormalisedAnswerChecker(),
        };
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
