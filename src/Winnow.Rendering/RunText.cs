using System.Globalization;
using Spectre.Console;
using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Runs;

namespace Winnow.Rendering;

/// <summary>Runs as people read them in a terminal.</summary>
public static class RunText
{
    /// <summary>Writes what a run has found.</summary>
    /// <param name="result">The run as a comparison of one row.</param>
    /// <param name="run">Its name.</param>
    /// <param name="output">Where to.</param>
    public static void Write(ComparisonResult result, string run, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        ComparisonRow row = result.Rows[0];
        output.WriteLine($"{row.Strategy} on {SafeText.OneLine(result.Task)}, drawn by {SafeText.OneLine(result.Model)}{(result.Scorer is { } scorer ? $", judged by {SafeText.OneLine(scorer)}" : "")}");
        output.WriteLine($"  accuracy   {Figures.Percent(row.Accuracy)} of {Figures.Count(row.N)} problems (95 %: {Figures.PercentInterval(row.CiLow, row.CiHigh)}); guessing {Figures.Percent(result.ChanceLevel)}");
        output.WriteLine($"  coverage   {Figures.Percent(row.Coverage)}: some candidate was right");
        output.WriteLine($"  draws      {Figures.Number(row.MeanCandidates, 1)} for a problem; {Figures.Count(row.Failures)} of them were cut, failed or had no answer");
        output.WriteLine($"  tokens     {Figures.Count(row.TokensGenerated)} drawn, {Figures.Count(row.ScorerTokens)} read by the scorer; the cap is {Figures.Count(row.Budget)} for a problem");
        output.WriteLine($"  kept as    {run}");
    }

    /// <summary>A table of runs.</summary>
    /// <param name="runs">The runs, in the order of the table.</param>
    public static Table List(IReadOnlyList<RunRecord> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        Table table = new Table().Border(TableBorder.None).AddColumn(new TableColumn("run").NoWrap()).AddColumn("state").AddColumn("strategy").AddColumn(new TableColumn("budget").RightAligned())
            .AddColumn(new TableColumn("problems").RightAligned()).AddColumn(new TableColumn("accuracy").RightAligned()).AddColumn("task, model");
        foreach (RunRecord run in runs)
        {
            table.AddRow(
                new Text(run.Id),
                new Text(StateOf(run.State)),
                new Text(SafeText.OneLine(run.Identity.Strategy)),
                new Text(run.Identity.Budget.MaxTokens is { } tokens ? Figures.Count(tokens) : "–"),
                new Text($"{Figures.Count(run.Finished)}/{Figures.Count(run.Identity.ProblemCount)}"),
                new Text(AccuracyOf(run)),
                new Text(SafeText.OneLine($"{run.Identity.Task}, {run.Identity.Model}")));
        }
        return table;
    }

    /// <summary>Writes what a run is and what it found on each problem.</summary>
    /// <param name="run">The run.</param>
    /// <param name="results">Its results.</param>
    /// <param name="parts">What was spent on it.</param>
    /// <param name="failures">Its draws that failed.</param>
    /// <param name="command">The command that goes on with it.</param>
    /// <param name="console">Where to.</param>
    public static void Write(
        RunRecord run, IReadOnlyList<ProblemResult> results, IReadOnlyList<RunPart> parts, IReadOnlyList<RunFailure> failures, string command, IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(failures);
        ArgumentNullException.ThrowIfNull(console);
        RunIdentity identity = run.Identity;
        Grid facts = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2)).AddColumn(new GridColumn().PadLeft(0).PadRight(0));
        Fact("run", $"{run.Id}, {StateOf(run.State)}: {run.Finished} of {identity.ProblemCount} problems finished, {run.Failed} could not be");
        Fact("task", $"{identity.Task}, version {identity.TaskVersion}");
        Fact("model", identity.ModelChecksum is { } checksum ? $"{identity.Model}, checksum {checksum}" : identity.Model);
        Fact("strategy", identity.Options.Length > 0 ? $"{identity.Strategy} ({identity.Options})" : identity.Strategy);
        Fact("scorer", identity.Scorer ?? "none");
        if (identity.Judge is { } judge)
        {
            Fact("judge", judge);
        }
        Fact("seed", identity.Seed.ToString(CultureInfo.InvariantCulture));
        Fact("accuracy", AccuracyOf(run));
        Fact("used", UsageOf(run.Used));
        if (parts.Count > 0)
        {
            Fact("spent", SpentOn(run, parts));
        }
        foreach (RunFailure failure in failures)
        {
            string again = failure.TriedAgain > 0 ? $", and {Figures.Count(failure.TriedAgain)} that were tried again" : "";
            Fact("failed", $"{Figures.Count(failure.Count)} draws{again} ({failure.Kind}): {SafeText.Cut(failure.Example, 200)}");
        }
        Fact("begun", run.Begun.ToString("u", CultureInfo.InvariantCulture));
        Fact("last written", run.Written.ToString("u", CultureInfo.InvariantCulture));
        Fact("command", command);
        console.Write(facts);
        console.WriteLine();
        Table table = new Table().Border(TableBorder.None).AddColumn("problem").AddColumn("answer").AddColumn("verdict")
            .AddColumn(new TableColumn("draws").RightAligned()).AddColumn(new TableColumn("tokens").RightAligned());
        foreach (ProblemResult result in results)
        {
            string verdict = result.Error is { } error ? "not finished: " + error : result.IsCorrect ? "right" : result.IsCovered ? "wrong, though one draw was right" : "wrong";
            table.AddRow(
                new Text(SafeText.OneLine(result.Problem)),
                new Text(SafeText.OneLine(SafeText.Cut(result.Answer ?? "–", 60))),
                new Text(SafeText.OneLine(SafeText.Cut(verdict, 200))),
                new Text(Figures.Count(result.Candidates)),
                new Text(Figures.Count(result.Usage.Tokens)));
        }
        console.Write(table);

        void Fact(string name, string what) => facts.AddRow(new Text(name), new Text(SafeText.OneLine(what)));
    }

    /// <summary>Writes how two runs differ.</summary>
    /// <param name="a">The first.</param>
    /// <param name="b">The second.</param>
    /// <param name="pair">What both found.</param>
    /// <param name="test">The paired test.</param>
    /// <param name="output">Where to.</param>
    public static void Write(RunRecord a, RunRecord b, RunPair pair, PairedTest test, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine($"{Figures.Count(pair.Problems.Count)} problems that both have finished");
        output.WriteLine($"  {Described(a)}: {Figures.Percent(pair.AccuracyA)}");
        output.WriteLine($"  {Described(b)}: {Figures.Percent(pair.AccuracyB)}");
        output.WriteLine($"Difference {Figures.Points(test.Difference)} points (95 %: {Figures.Points(test.CiLow)} to {Figures.Points(test.CiHigh)}); McNemar's exact test {Figures.P(test.P)}, {(test.P <= 0.05 ? "real" : "not shown to be real")}.");
        output.WriteLine($"Only the first was right on {Figures.Count(pair.Only(first: true).Count)}, only the second on {Figures.Count(pair.Only(first: false).Count)}.");
        if (a.Identity.Budget != b.Identity.Budget)
        {
            output.WriteLine("Their budgets differ, so this says nothing about which spends better.");
        }

        static string Described(RunRecord run) => SafeText.OneLine(
            $"{run.Id} {run.Identity.Strategy}{(run.Identity.Budget.MaxTokens is { } tokens ? $" at {Figures.Count(tokens)} tokens" : "")}, {run.Identity.Model}");
    }

    private static string UsageOf(Usage used) =>
        $"{Figures.Count(used.Tokens)} tokens in {Figures.Count(used.Calls)} draws{(used.Cost > 0 ? $", {MoneyOf(used.Cost)} money" : "")}";

    private static string SpentOn(RunRecord run, IReadOnlyList<RunPart> parts)
    {
        Usage spent = parts.Aggregate(default(Usage), (sum, part) => sum + part.Used);
        Budget caps = parts[^1].Caps;
        string[] limits =
        [
            .. caps.MaxCalls is { } calls ? (string[])[$"{Figures.Count(calls)} calls"] : [],
            .. caps.MaxCost is { } cost ? (string[])[$"{MoneyOf(cost)} money"] : [],
            .. caps.MaxSeconds is { } seconds ? (string[])[Figures.Duration(seconds)] : [],
        ];
        string on = run.Comparison is null ? "" : " on the whole comparison";
        string versions = string.Join(", ", parts.Select(part => part.Version).Distinct(StringComparer.Ordinal));
        return $"{UsageOf(spent)}, {Figures.Duration(spent.Seconds)}{on}, everything included, in {Figures.Count(parts.Count)} {(parts.Count == 1 ? "go" : "goes")} by Winnow {versions}; "
            + (limits.Length == 0 ? "no cap" : $"capped at {string.Join(", ", limits)}");
    }

    private static string MoneyOf(decimal money) => money.ToString("0.######", CultureInfo.InvariantCulture);

    private static string StateOf(RunState state) => state switch
    {
        RunState.Done => "done",
        RunState.DoneInPart => "done in part",
        _ => "unfinished",
    };

    private static string AccuracyOf(RunRecord run)
    {
        int n = run.Finished + run.Failed;
        if (n == 0)
        {
            return "–";
        }
        Interval interval = BinomialIntervals.Wilson(run.Correct, n);
        return $"{Figures.Percent((double)run.Correct / n)} ({Figures.PercentInterval(interval.Low, interval.High)})";
    }
}
