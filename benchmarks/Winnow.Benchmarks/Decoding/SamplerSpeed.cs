using System.Diagnostics;
using System.Globalization;

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
