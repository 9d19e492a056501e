using System.Globalization;
using Winnow.Evaluation;

namespace Winnow.Rendering;

/// <summary>
/// Shows how far a comparison is: problems done, accuracy so far with its interval, tokens, rate and time left.
/// </summary>
/// <remarks>Safe to report to from several threads. Writes to the given stream only, which is standard error in the command line.</remarks>
public sealed class ProgressLine : IProgress<ComparisonProgress>, IDisposable
{
    private static readonly TimeSpan s_liveEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_plainEvery = TimeSpan.FromSeconds(5);

    private readonly TextWriter _writer;
    private readonly ProgressMode _mode;
    private readonly TimeProvider _time;
    private readonly int _width;
    private readonly long _started;
    private readonly Lock _gate = new();
    private ComparisonProgress? _last;
    private long _shown;
    private bool _lineOpen;
    private bool _lastShown = true;

    /// <summary>Starts the clock.</summary>
    /// <param name="writer">Where to; not disposed.</param>
    /// <param name="mode">How.</param>
    /// <param name="time">The clock that rates and times left are read from.</param>
    /// <param name="width">Columns of the terminal; a live line never wraps.</param>
    public ProgressLine(TextWriter writer, ProgressMode mode, TimeProvider time, int width = 80)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 20);
        (_writer, _mode, _time, _width) = (writer, mode, time, width);
        _started = time.GetTimestamp();
        _shown = _started;
    }

    /// <inheritdoc />
    public void Report(ComparisonProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (_mode == ProgressMode.Quiet)
        {
            return;
        }
        lock (_gate)
        {
            if (_last is not null && value.Done < _last.Done)
            {
                return;
            }
            _last = value;
            _lastShown = false;
            bool due = _time.GetElapsedTime(_shown) >= (_mode == ProgressMode.Live ? s_liveEvery : s_plainEvery);
            if (due || value.Done == value.Total)
            {
                Show();
            }
        }
    }

    /// <summary>Says something that stays, without breaking the live line.</summary>
    /// <param name="message">One line.</param>
    public void Note(string message)
    {
        if (_mode == ProgressMode.Quiet)
        {
            return;
        }
        lock (_gate)
        {
            Clear();
            _writer.WriteLine(message);
            if (_mode == ProgressMode.Live && _last is not null)
            {
                Show();
            }
            _writer.Flush();
        }
    }

    /// <summary>Shows the last report, if it was not, and ends the line.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_last is not null && !_lastShown)
            {
                Show();
            }
            if (_lineOpen)
            {
                _writer.WriteLine();
            }
            _lineOpen = false;
            _writer.Flush();
        }
    }

    private void Show()
    {
        ComparisonProgress p = _last!;
        double seconds = _time.GetElapsedTime(_started).TotalSeconds;
        string line = Describe(p, seconds);
        if (_mode == ProgressMode.Live)
        {
            if (line.Length >= _width)
            {
                line = line[..(_width - 1)];
            }
            Clear();
            _writer.Write(line);
            _lineOpen = true;
        }
        else
        {
            _writer.WriteLine(line);
        }

        _writer.Flush();
        _lastShown = true;
        _shown = _time.GetTimestamp();
    }

    private void Clear()
    {
        if (!_lineOpen)
        {
            return;
        }
        _writer.Write("\r\u001b[K");
        _lineOpen = false;
    }

    private static string Describe(ComparisonProgress p, double seconds)
    {
        double share = p.Total == 0 ? 1 : (double)p.Done / p.Total;
        string done = $"{Figures.Count(p.Done)}/{Figures.Count(p.Total)} ({Figures.Count(Math.Floor(100 * share))} %)";
        string accuracy = p.Answered == 0 ? "" : $"  {p.Strategy} {Figures.Number(100.0 * p.Correct / p.Answered, 1)} ± {Figures.Number(100 * HalfWidth(p.Correct, p.Answered), 1)} %";
        string tokens = $"  {Figures.Short(p.Tokens)}{(p.MaxTokens > 0 ? "/" + Figures.Short(p.MaxTokens) : "")} tok{(p.Cost > 0 ? $"  {Figures.Number((double)p.Cost, 4)}{(p.MaxCost is { } cap ? "/" + cap.ToString("0.####", CultureInfo.InvariantCulture) : "")} money" : "")}";
        if (seconds <= 0)
        {
            return done + accuracy + tokens;
        }
        // What was finished before took no time now.
        string rate = $"  {Figures.Short((p.Tokens - p.KeptTokens) / seconds)} tok/s";
        int fresh = p.Done - p.Kept;
        string left = p.Done >= p.Total ? $"  {Figures.Duration(seconds)} in all" : fresh == 0 ? "" : $"  {Figures.Duration(seconds * (p.Total - p.Done) / fresh)} left";
        return done + accuracy + tokens + rate + left;
    }

    // Wilson's interval stays honest at none and at all right.
    private static double HalfWidth(int correct, int n)
    {
        Interval interval = BinomialIntervals.Wilson(correct, n);
        return (interval.High - interval.Low) / 2;
    }
}
