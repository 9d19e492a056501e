using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Winnow.Inference;
using Winnow.Lab.Measuring;
using Winnow.Search;
using Winnow.Tasks.Families;

namespace Winnow.Lab.Commands;

/// <summary><c>winnow-lab measure</c>: what a model does on held-out problems, family by family and level by level.</summary>
internal static class MeasureCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        Argument<string> model = new("model") { Description = "Folder of the model." };
        Option<int> problems = new("--problems") { Description = "Held-out problems of each cell.", DefaultValueFactory = _ => 100 };
        Option<int> draws = new("--draws") { Description = "Answers drawn to each at temperature 1.", DefaultValueFactory = _ => 16 };
        Option<ulong> seed = new("--seed") { Description = "Seed of problems and draws. Bundled tasks use another one than validation.", DefaultValueFactory = _ => 1UL };
        Option<string[]> chosen = new("--cell") { Description = "family:level; may be given several times. Default: every family and level." };
        Option<string?> file = new("--out") { Description = "File for the figures as JSON." };
        Command command = new("measure", "Measure a model on held-out problems of every family and level.") { model, problems, draws, seed, chosen, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using DecoderModel loaded = LabModels.Load(parsed.GetValue(model)!);
            FamilyMeasurement measurement = new(LabModels.Proposer(loaded), [], parsed.GetValue(problems), parsed.GetValue(draws), parsed.GetValue(seed));
            List<FamilyCell> cells = [];
            await output.WriteLineAsync("| family | level | n | greedy | pass@1 | pass@16 | majority@16 | step accuracy |\n|---|---|---|---|---|---|---|---|").ConfigureAwait(false);
            IReadOnlyList<CellName> names = parsed.GetValue(chosen) is { Length: > 0 } given ? [.. given.Select(CellName.Parse)] : FamilyMeasurement.AllCells;
            foreach (CellName cell in names)
            {
                await error.WriteLineAsync($"measuring {cell}").ConfigureAwait(false);
                IReadOnlyList<DrawnProblem> drawn = await measurement.DrawAsync(cell, cancellationToken).ConfigureAwait(false);
                FamilyCell figures = FamilyCell.Of(TaskFamilies.Get(cell.Family), cell.Level, drawn, parsed.GetValue(seed));
                cells.Add(figures);
                await output.WriteLineAsync(Row(figures)).ConfigureAwait(false);
            }
            if (parsed.GetValue(file) is { } path)
            {
                var report = new FamilyReport("winnow-lab.measure/1", loaded.Info.Name, parsed.GetValue(seed), cells);
                await File.WriteAllTextAsync(path, JsonSerializer.Serialize(report, MeasuringJson.Default.FamilyReport) + "\n", cancellationToken).ConfigureAwait(false);
            }
            return LabApplication.Success;
        });
        return command;
    }

    private static string Row(FamilyCell cell) => string.Create(CultureInfo.InvariantCulture,
        $"| {cell.Family} | {cell.Level} | {cell.N} | {cell.Greedy:0.00} | {cell.PassAt1:0.00} [{cell.PassAt1Interval.Low:0.00}, {cell.PassAt1Interval.High:0.00}] | {cell.PassAt16:0.00} | {cell.MajorityAt16:0.00} | {cell.StepAccuracy:0.000} |");
}
