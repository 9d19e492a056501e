using System.Globalization;
using System.Text.Json;
using Winnow.Tasks.Answers;

namespace Winnow.Tasks.Files;

/// <summary>Tasks of BIG-Bench Hard (Suzgun et al., 2022): one JSON object with a list <c>examples</c> of <c>input</c> and <c>target</c>.</summary>
internal static class BigBenchHardFile
{
    public const string List = "examples";

    public static TaskSet Load(TaskRecord root, string path, string version)
    {
        JsonElement examples = root.Value.GetProperty(List);
        if (examples.ValueKind != JsonValueKind.Array || examples.GetArrayLength() == 0)
        {
            throw root.Fault($"field \"{List}\" is {TaskRecord.Kind(examples)}; expected a list of objects with \"input\" and \"target\", at least one");
        }
        List<Problem> problems = [];
        foreach (JsonElement example in examples.EnumerateArray())
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{path}, {List}[{problems.Count}]");
            if (example.ValueKind != JsonValueKind.Object)
            {
                throw new WinnowException($"{place}: here is {TaskRecord.Kind(example)}; expected an object with \"input\" and \"target\".");
            }
            TaskRecord record = new(example, place);
            problems.Add(ToProblem(record, (problems.Count + 1).ToString(CultureInfo.InvariantCulture)));
        }
        string name = Path.GetFileNameWithoutExtension(path);
        return new TaskSet
        {
            Name = name,
            Description = $"{name} of BIG-Bench Hard",
            Version = version,
            ChanceLevel = ChanceLevel.Of(problems),
            MaxAnswerTokens = 512,
            Problems = problems,
        };
    }

    private static Problem ToProblem(TaskRecord record, string id)
    {
        string input = record.Text("input");
        string target = record.Text("target").Trim();
        (IReadOnlyList<string> choices, bool isLettered) = Options(input);
        // Some targets are not among the options that the data set lists; then the answer is read as free text.
        bool isChoice = choices.Count > 1 && (isLettered
            ? target is ['(', var letter, ')'] && letter - 'A' >= 0 && letter - 'A' < choices.Count
            : choices.Contains(target));
        return new Problem
        {
            Id = id,
            Question = input,
            Prompt = input + PlainCheck.StepByStep,
            Target = target,
            Choices = isChoice ? choices : [],
            Columns = record.Others("input", "target"),
            Answers = isChoice ? new ChoiceAnswerKey(choices, isLettered) : new FreeTextAnswerKey(),
            Checker = isChoice ? new ExactAnswerChecker() : new NormalisedAnswerChecker(),
        };
    }

    /// <summary>The options listed after the line <c>Options:</c>, as <c>(A) …</c> or as <c>- …</c>.</summary>
    private static (IReadOnlyList<string> Choices, bool IsLettered) Options(string input)
    {
        int start = input.LastIndexOf("Options:\n", StringComparison.Ordinal);
        string[] lines = start < 0 ? [] : input[(start + "Options:\n".Length)..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length > 0 && lines.All(line => line.StartsWith("- ", StringComparison.Ordinal)))
        {
            return ([.. lines.Select(line => line[2..].Trim())], false);
        }
        bool isLettered = lines.Length is > 0 and <= 26
            && lines.Index().All(line => line.Item.StartsWith(ChoiceAnswerKey.Letter(line.Index), StringComparison.Ordinal));
        return isLettered ? ([.. lines.Select(line => line[3..].Trim())], true) : ([], false);
    }
}
