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
    /// <summary>How far a level's pass@1 may lie from that of its part; a family without such a level stands aside.</summary>
    private const double Tolerance = 0.2;

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
            List<Problem> chosen = [];
            HashSet<FamilyCell> taken = [];
            for (int p = 0; p < Parts.Length; p++)
            {
                (string part, double passAt1) = Parts[p];
                FamilyCell[] cells = [.. families.Select(family => Nearest(report, family, passAt1, taken)).OfType<FamilyCell>()];
                taken.UnionWith(cells);
                int inPart = Share(parsed.GetValue(problems), p, Parts.Length);
                for (int c = 0; c < cells.Length; c++)
                {
                    FamilyCell cell = cells[c];
                    IReadOnlyList<GeneratedExample> examples = HoldOut.Draw(TaskFamilies.Get(cell.Family), cell.Level, Share(inPart, c, cells.Length), parsed.GetValue(seed));
                    chosen.AddRange(examples.Select((example, i) => FamilyTasks.ToProblem(example, $"{part}-{cell.Family}-{cell.Level}-{i}")));
                    output.WriteLine($"{part,-5} {cell.Family} {cell.Level}: pass@1 {cell.PassAt1:0.00}, pass@16 {cell.PassAt16:0.00}, step accuracy {cell.StepAccuracy:0.00}, {examples.Count} problems");
                }
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

    private static FamilyCell? Nearest(FamilyReport report, string family, double passAt1, HashSet<FamilyCell> taken) =>
        report.Cells.Where(cell => cell.Family == family && !taken.Contains(cell) && Math.Abs(cell.PassAt1 - passAt1) <= Tolerance)
            .MinBy(cell => Math.Abs(cell.PassAt1 - passAt1));

    private static int Share(int total, int index, int parts) => total * (index + 1) / parts - total * index / parts;

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
