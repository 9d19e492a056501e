using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Winnow.Evaluation;
using Winnow.Inference;
using Winnow.Lab.Measuring;
using Winnow.Search;

namespace Winnow.Lab.Commands;

/// <summary><c>winnow-lab verify</c>: what choosing by each of some scorers is worth on the draws of a model.</summary>
internal static class VerifyCommand
{
    private const int Subsets = 50;
    private static readonly int[] Sizes = [4, 16, 64];

    public static Command Create(TextWriter output, TextWriter error)
    {
        Argument<string> model = new("model") { Description = "Folder of the model that draws." };
        Option<string[]> scorers = new("--scorer") { Description = "logprob, logprob:MODEL or prm:MODEL; may be given several times.", Required = true };
        Option<string[]> cells = new("--cell") { Description = "family:level; may be given several times.", Required = true };
        Option<int> problems = new("--problems") { Description = "Held-out problems of each cell.", DefaultValueFactory = _ => 80 };
        Option<int> draws = new("--draws") { Description = "Answers drawn to each at temperature 1.", DefaultValueFactory = _ => 64 };
        Option<ulong> seed = new("--seed") { Description = "Seed of problems and draws.", DefaultValueFactory = _ => 1UL };
        Option<string?> file = new("--out") { Description = "File for the figures as JSON." };
        Command command = new("verify", "Measure scorers on the draws of a model: within-problem AUROC, best-of-N and weighted vote.") { model, scorers, cells, problems, draws, seed, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using DecoderModel loaded = LabModels.Load(parsed.GetValue(model)!);
            IScorer[] judges = [.. parsed.GetValue(scorers)!.Select(name => LabModels.Scorer(name, loaded.Vocabulary))];
            ulong given = parsed.GetValue(seed);
            FamilyMeasurement measurement = new(LabModels.Proposer(loaded), judges, parsed.GetValue(problems), parsed.GetValue(draws), given);
            List<DrawnProblem> drawn = [];
            foreach (string cell in parsed.GetValue(cells)!)
            {
                await error.WriteLineAsync($"drawing {cell}").ConfigureAwait(false);
                drawn.AddRange(await measurement.DrawAsync(CellName.Parse(cell), cancellationToken).ConfigureAwait(false));
            }
            int[] sizes = [.. Sizes.Where(size => size <= parsed.GetValue(draws))];
            VerifierMeasurement[] figures = [.. judges.Select((judge, i) => VerifierMeasurement.Of(judge.Info, i, drawn, sizes, Subsets, given))];
            foreach (VerifierMeasurement figure in figures)
            {
                await output.WriteLineAsync(Lines(figure)).ConfigureAwait(false);
            }
            if (parsed.GetValue(file) is { } path)
            {
                var report = new VerifierReport("winnow-lab.verify/1", loaded.Info.Name, given, drawn.Count, parsed.GetValue(draws), parsed.GetValue(cells)!, figures);
                await File.WriteAllTextAsync(path, JsonSerializer.Serialize(report, MeasuringJson.Default.VerifierReport) + "\n", cancellationToken).ConfigureAwait(false);
            }
            return LabApplication.Success;
        });
        return command;
    }

    private static string Lines(VerifierMeasurement figure) => string.Create(CultureInfo.InvariantCulture,
        $"{figure.Scorer}: within-problem AUROC {figure.WithinAuroc:0.000} {Text(figure.WithinAurocInterval)} on {figure.MixedProblems} problems, pooled {figure.PooledAuroc:0.000}\n")
        + string.Join('\n', figure.Selections.Select(cell => string.Create(CultureInfo.InvariantCulture,
            $"  N={cell.N,-3} random {cell.Random:0.000} greedy {cell.Greedy:0.000} majority {cell.Majority:0.000} best-of-N {cell.BestOfN:0.000} weighted {cell.WeightedVote:0.000} oracle {cell.Oracle:0.000}  weighted-majority {Text(cell.WeightedVoteOverMajority)} weighted-greedy {Text(cell.WeightedVoteOverGreedy)} best-majority {Text(cell.BestOfNOverMajority)}")));

    private static string Text(Interval interval) => string.Create(CultureInfo.InvariantCulture, $"[{interval.Low:+0.000;-0.000}, {interval.High:+0.000;-0.000}]");
}
