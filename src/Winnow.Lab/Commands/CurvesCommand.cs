using System.CommandLine;
using Winnow.Rendering.Plots;
using Winnow.Torch.Training;

namespace Winnow.Lab.Commands;

/// <summary><c>winnow-lab curves</c>: loss and held-out accuracy of a training run as pictures.</summary>
internal static class CurvesCommand
{
    public static Command Create(TextWriter output)
    {
        Argument<string> log = new("log") { Description = "The run's log.jsonl." };
        Option<string> folder = new("--out") { Description = "Folder for loss.svg and accuracy.svg.", Required = true };
        Option<string> name = new("--name") { Description = "Name of the model, for the captions.", Required = true };
        Command command = new("curves", "Draw loss and held-out accuracy against training tokens.") { log, folder, name };
        command.SetAction(parsed =>
        {
            IReadOnlyList<TrainingLogEntry> entries = TrainingLog.Read(parsed.GetValue(log)!);
            Directory.CreateDirectory(parsed.GetValue(folder)!);
            PlotPoint[] loss = [.. entries.Where(entry => entry.Loss is not null).Select(entry => new PlotPoint(entry.Tokens, entry.Loss!.Value))];
            Write("loss.svg", TrainingPlot.Of("Training loss", $"{parsed.GetValue(name)}, solution tokens", [new TrainingCurve("training loss", loss)]));

            IEnumerable<TrainingCurve> accuracy =
                from entry in entries
                from cell in entry.Probe ?? []
                group new PlotPoint(entry.Tokens, cell.Accuracy) by $"{cell.Family} {cell.Level}" into cells
                select new TrainingCurve(cells.Key, [.. cells]);
            Write("accuracy.svg", TrainingPlot.Of(
                "Greedy accuracy on held-out problems", $"{parsed.GetValue(name)}, by family and level", [.. Hardest(accuracy)], "right answers", isShare: true));
            return LabApplication.Success;

            void Write(string file, LinePlot plot)
            {
                string path = Path.Combine(parsed.GetValue(folder)!, file);
                File.WriteAllText(path, SvgWriter.File(plot.ToScene()));
                output.WriteLine(path);
            }
        });
        return command;
    }

    // One curve a family, or the picture would not be read: that of its highest level.
    private static IEnumerable<TrainingCurve> Hardest(IEnumerable<TrainingCurve> curves) =>
        curves.GroupBy(curve => curve.Name.Split(' ')[0], StringComparer.Ordinal).Select(family => family.Last());
}
