using System.Globalization;
using Winnow.Tasks.Answers;

namespace Winnow.Tasks.Files;

/// <summary>Problems of GSM8K (Cobbe et al., 2021): JSON lines with <c>question</c> and <c>answer</c>, the number after <c>####</c>.</summary>
internal static class Gsm8kFile
{
    private const string Request = "\n\nThink step by step, and end with a line that holds #### and the number.";

    public static bool Recognises(TaskRecord record) => record.Has("question") && record.Has("answer");

    public static TaskSet Load(IEnumerable<TaskRecord> records, string path, string version)
    {
        List<Problem> problems = [];
        foreach (TaskRecord record in records)
        {
            string question = record.Text("question");
            string target = CanonicalText.Number(AnswerExtraction.Gsm8kStrict(record.Text("answer")))
                ?? throw record.Fault("field \"answer\" has no number after \"#### \"; expected a worked solution that ends with it");
            problems.Add(new Problem
            {
                Id = (problems.Count + 1).ToString(CultureInfo.InvariantCulture),
                Question = question,
                Prompt = question + Request,
                Target = target,
                Columns = record.Others("question"),
                Answers = new NumericAnswerKey(),
                Checker = new NumericAnswerChecker(),
            });
        }
        return new TaskSet
        {
            Name = Path.GetFileNameWithoutExtension(path),
            Description = "Grade-school word problems (GSM8K)",
            Version = version,
            ChanceLevel = ChanceLevel.Of(problems),
            MaxAnswerTokens = 512,
            Problems = problems,
        };
    }
}
