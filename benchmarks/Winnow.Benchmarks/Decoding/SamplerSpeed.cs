using System.Diagnostics;
using System.Globalization;
using Winnow.Decoding;
using Winnow.Numerics;

namespace Winnow.Benchmarks;

/// <summary>
/// The stages of <see cref="SamplerBenchmarks"/> beside those of llama.cpp's library in this process, turn by turn, as one
/// table: medians, goals, ratios and bytes allocated. One thread; under two minutes.
/// </summary>
/// <remarks>
/// Here loading the row (validation and maximum) is part of each figure; llama.cpp's array of candidates is filled outside
/// the time that is taken.
/// </remarks>
internal static class SamplerSpeed
{
    private const int Rounds = 5;
    private const int GoalVocabulary = 131_072;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(60);
    private static readonly string[] Kinds = ["flat", "normal", "peaked"];

    private static readonly Case[] Cases =
    [
        new("top-p 0.95", stages => stages.TopP95(), [650, 650, 500], logits => LlamaSampler.TopP(logits, 0.95f)),
        new("typical 0.5", stages => stages.Typical50(), [900, 900, 900], logits => LlamaSampler.Typical(logits, 0.5f)),
        new("Mirostat 2", stages => stages.Mirostat2(), [600, 600, 600], logits => LlamaSampler.Mirostat2(logits, 5, 0.1f)),
        new("XTC", stages => stages.Xtc(), [400, 400, 400], logits => LlamaSampler.Xtc(logits, 1, 0.1f)),
        new("min-p 0.05", stages => stages.MinP05(), [120, 120, 120], logits => LlamaSampler.MinP(logits, 0.05f)),
        new("top-k 40", stages => stages.TopK40(), [50, 50, 50], logits => LlamaSampler.TopK(logits, 40)),
        new("top-k 40, top-p, min-p, temperature, draw", stages => stages.Chain(), [70, 70, 70], LlamaSampler.Chain),
        new("draw from everything", stages => stages.Draw(), null, LlamaSampler.Draw),
        new("full sort, for comparison", stages => (int)stages.FullSort(), null, null),
    ];

    /// <summary>Stages without a goal, at V = 131,072 on normal logits behind a text of 1,000 tokens.</summary>
    private static readonly string[] OtherStages =
    [
        "temperature:0", "temperature:0.8", "dynamic-temperature:1:0.5", "epsilon:0.0003", "eta:0.0003", "top-n-sigma:1", "top-h:0.5", "p-less",
        "mirostat1:5", "adaptive-p:0.3", "logit-bias:4=2:70=-1", "sequence-bias:1+2=3", "repetition-penalty:1.1", "penalties:repeat=1.1:frequency=0.2:presence=0.1:last=64",
        "dry:0.8", "no-repeat-ngram:3",
    ];

    /// <summary>Measures and prints.</summary>
    public static void Run(TextWriter output)
    {
        WarmUp();
        output.WriteLine("| V | stage | logits | median µs | least µs | goal µs | llama.cpp median µs | ratio | bytes a call | kept here / there |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (int vocabulary in (int[])[32_768, 131_072, 262_144])
        {
            for (int kind = 0; kind < Kinds.Length; kind++)
            {
                SamplerBenchmarks stages = new() { Vocabulary = vocabulary, Logits = Kinds[kind] };
                stages.Setup();
                foreach (Case each in Cases)
                {
                    string goal = vocabulary == GoalVocabulary && each.Goals is { } goals ? goals[kind].ToString(CultureInfo.InvariantCulture) : "";
                    output.WriteLine($"| {vocabulary} | {each.Name} | {Kinds[kind]} | {Compare(each, stages, goal)}");
                }
            }
        }
        RunOthers(output);
    }

    private static void RunOthers(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("| stage | median µs | least µs | bytes a call |");
        output.WriteLine("|---|---|---|---|");
        float[] logits = LogitShapes.Make("normal", GoalVocabulary);
        HashedUniforms uniforms = new(1);
        SamplerWorkspace workspace = new();
        int[] text = [.. Enumerable.Range(0, 1000).Select(i => (int)(500 * uniforms.Next("text", 0, 0, i) * uniforms.Next("text", 0, 1, i)))];
        foreach (string stage in OtherStages)
        {
            SamplerChain chain = SamplerChain.Parse(stage);
            SamplerRow row = chain.Open(text);
            int Apply() => chain.Apply(logits, row, new StepContext(row.Tokens, row.PromptLength, uniforms), workspace).Count;
            Warm(Apply);
            List<double> times = new(1 << 18);
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            long end = Stopwatch.GetTimestamp() + Rounds * (long)(Turn.TotalSeconds * Stopwatch.Frequency);
            for (long start = Stopwatch.GetTimestamp(); start < end;)
            {
                Apply();
                long now = Stopwatch.GetTimestamp();
                times.Add(now - start);
                start = now;
            }
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {stage} | {Median(times):0.0} | {times.Min() * Microseconds:0.0} | {(double)bytes / times.Count:0.##} |"));
        }
    }

    private static string Compare(Case each, SamplerBenchmarks stages, string goal)
    {
        using LlamaSampler? other = LlamaSampler.IsAvailable && each.Other is { } make ? make(stages.Row) : null;
        List<double> here = new(1 << 18), there = new(1 << 14);
        Warm(() => each.Here(stages));
        int kept = 0, keptThere = 0;
        long bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long end = Stopwatch.GetTimestamp() + (long)(Turn.TotalSeconds * Stopwatch.Frequency);
            for (long start = Stopwatch.GetTimestamp(); start < end;)
            {
                kept = each.Here(stages);
                long now = Stopwatch.GetTimestamp();
                here.Add(now - start);
                start = now;
            }
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            end = Stopwatch.GetTimestamp() + (long)(Turn.TotalSeconds * Stopwatch.Frequency);
            for (int calls = 0; other is not null && (calls < 3 || Stopwatch.GetTimestamp() < end); calls++)
            {
                other.Prepare();
                long start = Stopwatch.GetTimestamp();
                keptThere = other.Apply();
                there.Add(Stopwatch.GetTimestamp() - start);
            }
        }
        double median = Median(here), medianThere = there.Count > 0 ? Median(there) : double.NaN;
        string comparison = there.Count > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{medianThere:0} | {medianThere / median:0.0} |")
            : " | |";
        // A draw gives a token, not a set: the numbers of both sides are then of different draws.
        string sets = there.Count == 0 || each.Name.Contains("draw", StringComparison.Ordinal) ? "" : $"{kept} / {keptThere}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{median:0.0} | {here.Min() * Microseconds:0.0} | {goal} | {comparison} {(double)bytes / here.Count:0.##} | {sets} |");
    }

    private static double Microseconds => 1e6 / Stopwatch.Frequency;

    private static double Median(List<double> ticks)
    {
        ticks.Sort();
        return ticks[ticks.Count / 2] * Microseconds;
    }

    private static void WarmUp()
    {
        SamplerBenchmarks stages = new() { Vocabulary = 32_768, Logits = "normal" };
        stages.Setup();
        // Compiling in the background needs time of its own between the first calls and the last.
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (Case each in Cases)
            {
                Warm(() => each.Here(stages));
            }
            Thread.Sleep(200);
        }
    }

    private static void Warm(Func<int> call)
    {
        long end = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 10;
        for (int calls = 0; calls < 3 || Stopwatch.GetTimestamp() < end; calls++)
        {
            call();
        }
    }

    private sealed record Case(string Name, Func<SamplerBenchmarks, int> Here, int[]? Goals, Func<float[], LlamaSampler>? Other);
}
