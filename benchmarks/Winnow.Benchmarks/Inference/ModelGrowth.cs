using System.Diagnostics;
using System.Globalization;
using Winnow.Inference;
using Winnow.Models;
using Winnow.Rendering.Plots;

namespace Winnow.Benchmarks.Inference;

/// <summary>How the speed of a model file grows with rows that share a prompt, and the time of a token with the context; as plots.</summary>
/// <param name="model">The model.</param>
/// <param name="byProcessor">Whether processor time over the threads is taken instead of the clock's: the better choice on a machine that is busy with other work.</param>
internal sealed class ModelGrowth(DecoderModel model, bool byProcessor)
{
    private const int PromptTokens = 256;
    private const int MaxContext = 4096;
    private const double LeastSeconds = 0.5;
    private const int LeastSteps = 4;
    private const int MostSteps = 64;

    private static readonly int[] Rows = [1, 2, 4, 8, 16, 32, 64, 128, 256];
    private static readonly int[] Threads = [1, 2];

    /// <summary>Measures, prints, and writes growth-rows and growth-context as SVG and PNG.</summary>
    /// <param name="path">The model.</param>
    /// <param name="folder">Where pictures go; made where it is not there.</param>
    /// <param name="byProcessor">Whether processor time is taken instead of the clock's.</param>
    public static void Run(string path, string folder, bool byProcessor)
    {
        using DecoderModel model = DecoderModel.Load(path);
        var growth = new ModelGrowth(model, byProcessor);
        int[] contexts = [.. Enumerable.Range(6, 7).Select(e => 1 << e).Where(c => c <= MaxContext && c + MostSteps + 1 < model.Info.ContextLength)];
        List<PlotSeries> byRows = [];
        List<PlotSeries> byContext = [];
        foreach (int threads in Threads)
        {
            byRows.Add(Series(threads, growth.MeasureRows(threads)));
            byContext.Add(Series(threads, growth.MeasureContexts(threads, contexts)));
        }
        string subtitle = string.Create(CultureInfo.InvariantCulture, $"{model.Info.Name} · {Path.GetFileName(Path.TrimEndingDirectorySeparator(path))} · {Environment.ProcessorCount} cores{(byProcessor ? " · by processor time" : "")}");
        Directory.CreateDirectory(folder);
        Write(folder, "growth-rows", new LinePlot
        {
            Title = "Tokens a second against rows", Subtitle = $"{subtitle} · shared prompt of {PromptTokens} tokens",
            XLabel = "rows", YLabel = "tokens a second", XTicks = [.. Rows.Select(r => (double)r)], IsShare = false, StartsAtZero = true, Series = byRows,
        });
        Write(folder, "growth-context", new LinePlot
        {
            Title = "Milliseconds a token against context", Subtitle = $"{subtitle} · one row",
            XLabel = "tokens before it", YLabel = "milliseconds a token", XScale = AxisScale.Linear, XTicks = [.. contexts.Where(c => c >= 512).Select(c => (double)c)],
            IsShare = false, StartsAtZero = true, Series = byContext,
        });
    }

    private List<PlotPoint> MeasureRows(int threads)
    {
        List<PlotPoint> points = [];
        using ISession session = model.Open(new SessionOptions { Threads = threads, MaxRows = Rows[^1], MaxCachedTokens = 65_536 });
        session.Add(ModelSpeed.Tokens(model, PromptTokens, 0));
        foreach (int rows in Rows)
        {
            session.Reorder(new int[rows]);
            double seconds = StepSeconds(session, threads, rows);
            points.Add(new PlotPoint(rows, rows / seconds));
            Print($"{threads} threads, {rows,3} rows after {PromptTokens} tokens: {rows / seconds:F1} tokens a second, {seconds * 1000:F2} ms a step");
            session.Truncate(0, PromptTokens);
        }
        return points;
    }

    private List<PlotPoint> MeasureContexts(int threads, int[] contexts)
    {
        List<PlotPoint> points = [];
        using ISession session = model.Open(new SessionOptions { Threads = threads, MaxRows = 1, MaxCachedTokens = 2 * MaxContext });
        session.Add(ModelSpeed.Tokens(model, contexts[^1], 1));
        Branch longest = session.Keep(0, contexts[^1]);
        foreach (int context in contexts)
        {
            session.Reorder([]);
            session.Truncate(session.Restore(longest), context);
            double seconds = StepSeconds(session, threads, 1);
            points.Add(new PlotPoint(context, seconds * 1000));
            Print($"{threads} threads, 1 row after {context} tokens: {1 / seconds:F1} tokens a second, {seconds * 1000:F2} ms a token");
        }
        return points;
    }

    /// <summary>Time of a step of all rows: the least one, so that what else the machine does for a moment is not counted; by processor time the mean. Unit: seconds.</summary>
    private double StepSeconds(ISession session, int threads, int rows)
    {
        int[] all = [.. Enumerable.Range(0, rows)];
        int[] counts = [.. all.Select(_ => 1)];
        using Process process = Process.GetCurrentProcess();
        Step(0);
        process.Refresh();
        TimeSpan before = process.TotalProcessorTime;
        List<double> times = [];
        for (int step = 1; step <= LeastSteps || (step <= MostSteps && times.Sum() < LeastSeconds); step++)
        {
            times.Add(Step(step));
        }
        process.Refresh();
        return byProcessor ? (process.TotalProcessorTime - before).TotalSeconds / (times.Count * threads) : times.Min();

        double Step(int step)
        {
            int[] tokens = ModelSpeed.Tokens(model, rows, 7 + step);
            long start = Stopwatch.GetTimestamp();
            session.Forward(new TokenBatch(all, counts, tokens), Read.LastLogits);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static PlotSeries Series(int threads, List<PlotPoint> points) => new()
    {
        Name = threads == 1 ? "1 thread" : $"{threads} threads", Points = points, Hue = threads == 1 ? Hue.Blue : Hue.Vermilion,
        Shape = threads == 1 ? PointShape.Circle : PointShape.Square,
    };

    private static void Write(string folder, string name, LinePlot plot)
    {
        File.WriteAllText(Path.Combine(folder, $"{name}.svg"), SvgWriter.File(plot.ToScene()));
        File.WriteAllBytes(Path.Combine(folder, $"{name}.png"), PngWriter.Write(plot.ToScene()));
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
