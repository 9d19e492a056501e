using System.Diagnostics;
using System.Globalization;
using Winnow.Inference;
using Winnow.Models;

namespace Winnow.Benchmarks.Inference;

/// <summary>
/// Tokens a second of a model file: reading a prompt, then steps of rows that share it; by rows, by context, by threads.
/// Beside each rate by the clock stands the rate by processor time, which a busy machine falsifies less.
/// </summary>
internal static class ModelSpeed
{
    private const int PromptTokens = 256;

    public static void Run(string path)
    {
        long start = Stopwatch.GetTimestamp();
        using DecoderModel model = DecoderModel.Load(path);
        Print($"load {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s, file {BytesOf(path) >> 20} MB, weights {model.WeightBytes >> 20} MB, resident {Environment.WorkingSet >> 20} MB");
        Console.WriteLine("threads  context  rows  tokens/s  by processor time");
        foreach (int threads in new[] { 1, 2 })
        {
            using (ISession session = model.Open(new SessionOptions { Threads = threads, MaxRows = 256, MaxCachedTokens = 65_536 }))
            {
                int[] prompt = Tokens(model, PromptTokens, 0);
                Measure(threads, PromptTokens, "read", PromptTokens, () => session.Add(prompt));
                foreach (int rows in new[] { 1, 4, 16, 64, 256 })
                {
                    session.Reorder(new int[rows]);
                    Steps(model, session, threads, PromptTokens, rows, rows == 1 ? 16 : 3);
                    for (int row = 0; row < rows; row++)
                    {
                        session.Truncate(row, PromptTokens);
                    }
                }
            }
            foreach (int context in new[] { 64, 1024, 4096 })
            {
                if (context + 17 > model.Info.ContextLength)
                {
                    continue;
                }
                using ISession session = model.Open(new SessionOptions { Threads = threads, MaxRows = 1, MaxCachedTokens = 8192 });
                session.Add(Tokens(model, context, 1));
                Steps(model, session, threads, context, 1, 16);
            }
        }
    }

    private static void Steps(DecoderModel model, ISession session, int threads, int context, int rows, int steps)
    {
        int[] all = [.. Enumerable.Range(0, rows)];
        int[] counts = [.. all.Select(_ => 1)];
        Step(0);
        Measure(threads, context, $"{rows}", rows * steps, () =>
        {
            for (int step = 1; step <= steps; step++)
            {
                Step(step);
            }
        });

        void Step(int step) => session.Forward(new TokenBatch(all, counts, Tokens(model, rows, 7 + step)), Read.LastLogits);
    }

    private static void Measure(int threads, int context, string rows, int tokens, Action work)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        work();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        double processor = (process.TotalProcessorTime - before).TotalSeconds / threads;
        Print($"{threads,7}  {context,7}  {rows,4}  {tokens / seconds,8:F1}  {tokens / processor,8:F1}");
    }

    /// <summary>Tokens that mean nothing.</summary>
    internal static int[] Tokens(DecoderModel model, int count, int seed) => [.. Enumerable.Range(0, count).Select(i => (i + seed) * 37 % model.Info.VocabularySize)];

    private static long BytesOf(string path) => File.Exists(path) ? new FileInfo(path).Length : Directory.GetFiles(path, "*.safetensors").Sum(f => new FileInfo(f).Length);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
