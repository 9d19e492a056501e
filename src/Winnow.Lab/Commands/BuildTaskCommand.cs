using System.CommandLine;
using System.Text.Json;
using Winnow.Lab.Measuring;
using Winnow.Tasks;
using Winnow.Tasks.Families;
using Winnow.Tasks.Files;

namespace Winnow.Lab.Commands;

/// <summary><c>winnow-lab task</c>: the mixed task, with levels chosen by what a model was measured to do.</summary>
internal static class BuildTaskCommand
{
    private static readonly (string Part, double PassAt1)[] Parts = [("easy", 0.75), ("band", 0.45), ("hard", 0.15)];

    public static Command Create(TextWriter output)
    {
        Option<string> measured = new("--measured") { Description = "Figures that winnow-lab measure wrote on validation problems.", Required = true };
        Option<string> file = new("--out") { Description = "The task file.", Required = true };
        Option<int> problems = new("--problems") { Description = "Problems of the task.", DefaultValueFactory = _ => 300 };
        Option<ulong> seed = new("--seed") { Description = "Seed of the problems; another one than that of the figures.", DefaultValueFactory = _ => 7UL };
        Option<string> version = new("--version-of-task") { Description = "Version of the data.", DefaultValueFactory = _ => "1" };
        Command command = new("task", "Build the mixed task: equal parts easy, middling and hard over the families that are not yes or no.") { measured, file, problems, seed, version };
        command.SetAction(parsed =>
        {
            string source = parsed.GetValue(measured)!;
            FamilyReport report = JsonSerializer.Deserialize(File.ReadAllBytes(source), MeasuringJson.Default.FamilyReport)
                ?? throw new WinnowException($"{source} is empty; write it with winnow-lab measure --out.");
            if (report.Seed == parsed.GetValue(seed))
            {
                throw new ArgumentException($"Seed {report.Seed} chose the levels in {source}; the task needs problems of another seed.");
            }
            string[] families = [.. TaskFamilies.All.Where(family => !family.IsBinary && report.Cells.Any(cell => cell.Family == family.Id)).Select(family => family.Id)];
            (string Part, FamilyCell Cell)[] cells = [.. from part in Parts from family in families select (part.Part, Nearest(report, family, part.PassAt1))];
            List<Problem> chosen = [];
            HashSet<string> questions = new(StringComparer.Ordinal);
            for (int c = 0; c < cells.Length; c++)
            {
                (string part, FamilyCell cell) = cells[c];
                int count = parsed.GetValue(problems) * (c + 1) / cells.Length - parsed.GetValue(problems) * c / cells.Length;
                // A family whose levels jump over a part gives the same level twice; its problems stay different ones.
                IEnumerable<GeneratedExample> fresh = HoldOut.Draw(TaskFamilies.Get(cell.Family), cell.Level, count * Parts.Length, parsed.GetValue(seed))
                    .Where(example => questions.Add(example.Family + example.Question)).Take(count);
                chosen.AddRange(fresh.Select((example, i) => FamilyTasks.ToProblem(example, $"{part}-{cell.Family}-{cell.Level}-{i}")));
                output.WriteLine($"{part,-5} {cell.Family} {cell.Level}: pass@1 {cell.PassAt1:0.00}, pass@16 {cell.PassAt16:0.00}, {count} problems");
            }
            Problem[] mixed = [.. Enumerable.Range(0, chosen.Count).Select(i => chosen[(int)((long)i * Stride(chosen.Count) % chosen.Count)])];
            TaskSet task = FamilyTasks.ToTask(
                Path.GetFileNameWithoutExtension(parsed.GetValue(file)!),
                $"Generated reasoning problems of {families.Length} families, equal parts easy, middling and hard for {report.Model}.", parsed.GetValue(version)!, []) with { Problems = mixed };
            GeneratedTaskFile.Write(task, parsed.GetValue(file)!);
            return LabApplication.Success;
        });
        return command;
    }

    private static FamilyCell Nearest(FamilyReport report, string family, double passAt1) =>
        report.Cells.Where(cell => cell.Family == family).MinBy(cell => Math.Abs(cell.PassAt1 - passAt1))!;

    // Walks through all problems in steps that share no factor with their number, so that any prefix is a mixture.
    private static int Stride(int count)
    {
        int stride = (int)(count * 0.618);
        while (Gcd(stride, count) != 1)
        {
            stride++;
        }
        return stride;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
