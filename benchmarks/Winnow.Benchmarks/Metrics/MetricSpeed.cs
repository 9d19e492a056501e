using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Winnow.Benchmarks;

/// <summary>
/// The metrics of <see cref="TextMetricBenchmarks"/> beside sacrebleu and rouge_score on the same segments, as one table.
/// The peers run in a process of Python of their own and are timed there, after imports.
/// </summary>
internal static class MetricSpeed
{
    private const int Repeats = 7;

    /// <summary>Measures and prints.</summary>
    /// <param name="peers">The script that runs the peers; null: none.</param>
    /// <param name="output">The table.</param>
    public static void Run(string? peers, TextWriter output)
    {
        TextMetricBenchmarks texts = new();
        texts.Setup();
        (string Name, Func<double> Score)[] metrics =
        [
            ("bleu", texts.CorpusBleu), ("chrf", texts.CorpusChrf), ("chrf++", texts.CorpusChrfPlusPlus), ("ter", texts.CorpusTer),
            ("rouge1", texts.Rouge1), ("rouge2", texts.Rouge2), ("rougeL", texts.RougeL), ("rougeLsum", texts.RougeLsum),
        ];
        Dictionary<string, JsonElement> others = peers is null ? [] : Peers(peers, texts);
        output.WriteLine("| metric | here, median ms | peer, least ms | ratio | score here | score there |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach ((string name, Func<double> score) in metrics)
        {
            double[] times = new double[Repeats];
            double value = 0;
            // The first passes compile.
            for (int warm = 0; warm < 8; warm++)
            {
                score();
                Thread.Sleep(120);
            }
            for (int repeat = 0; repeat < Repeats; repeat++)
            {
                long start = Stopwatch.GetTimestamp();
                value = score();
                times[repeat] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            Array.Sort(times);
            string other = others.TryGetValue(name, out JsonElement peer)
                ? string.Create(CultureInfo.InvariantCulture, $"{1000 * peer.GetProperty("seconds").GetDouble():0} | {1000 * peer.GetProperty("seconds").GetDouble() / times[Repeats / 2]:0.0} | {value:0.000000} | {peer.GetProperty("score").GetDouble():0.000000} |")
                : string.Create(CultureInfo.InvariantCulture, $"| | {value:0.000000} | |");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {times[Repeats / 2]:0.0} | {other}"));
        }
    }

    private static Dictionary<string, JsonElement> Peers(string script, TextMetricBenchmarks texts)
    {
        string hypotheses = Path.GetTempFileName(), references = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(hypotheses, texts.Hypotheses);
            File.WriteAllLines(references, texts.References);
            string python = Environment.GetEnvironmentVariable("PYTHON") ?? "python3";
            using Process process = Process.Start(new ProcessStartInfo(python, [script, hypotheses, references]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(text)! : [];
        }
        finally
        {
            File.Delete(hypotheses);
            File.Delete(references);
        }
    }
}
