namespace Winnow.Endpoints.Calls;

/// <summary>Decides how many requests may be under way and how fast they may follow each other, from which of them are refused (429).</summary>
/// <remarks>
/// The window opens by one for each success until the first overload and by one for each window of successes after it,
/// and shrinks by a tenth on an overload (additive increase, multiplicative decrease: Chiu and Jain, 1989). A limit on the
/// rate cannot be held by a window alone without losing a part of it, so after a refusal requests are also spaced.
/// At most once a second a refusal changes the spacing: where more of the last second's requests were refused
/// than chance among few explains, to a little less than the rate at which answers came, else by a little. From there the rate grows slowly at
/// first, so that the limit is neared gently, and ever faster, so that a far one is found within seconds. Refusals that
/// are scattered whatever the rate therefore do not starve a run. Pure: the time is given. Not thread-safe.
/// </remarks>
internal sealed class CallPace(int most)
{
    private const double Start = 8;
    private const double Shrink = 0.9;
    private const double Below = 0.98;
    private const double FewRefused = 0.05;
    private const double Deviations = 2;
    private const double HoldSeconds = 1;
    private const double MostAboveAnswers = 2;
    private const double FewestAnswers = 4;
    private const double SlowGrowth = 0.012;
    private const double FastGrowth = 0.05;
    private const double FastAfterSeconds = 1.5;
    private const double LargestExponent = 5;

    private readonly Queue<double> _answers = new();
    private readonly Queue<double> _refusals = new();
    private double _window = Math.Min(most, Start);
    private bool _isSpaced;
    private bool _wasOverloaded;
    private double _lastChange = double.NegativeInfinity;
    private double _rateThen = double.PositiveInfinity;
    private double _nextStart;
    private double? _firstStart;

    /// <summary>Requests that may be under way.</summary>
    public int Window => Math.Max(1, (int)_window);

    /// <summary>Requests under way.</summary>
    public int InFlight { get; private set; }

    /// <summary>Lets a request in.</summary>
    /// <param name="now">Unit: seconds, on any clock that only rises.</param>
    /// <returns>How long it has to wait before it is sent, in seconds; null: too many are under way, ask again when one has ended.</returns>
    public double? TryEnter(double now)
    {
        if (InFlight >= Window)
        {
            return null;
        }
        InFlight++;
        _firstStart ??= now;
        if (!_isSpaced)
        {
            return 0;
        }
        double start = Math.Max(_nextStart, now);
        _nextStart = start + 1 / RateAt(now);
        return start - now;
    }

    /// <summary>An answer came.</summary>
    public void Succeeded(double now)
    {
        InFlight--;
        Remember(_answers, now);
        _window = Math.Min(most, _window + (_wasOverloaded ? 1 / _window : 1));
    }

    /// <summary>The endpoint refused for its limit.</summary>
    public void Refused(double now)
    {
        InFlight--;
        Remember(_refusals, now);
        if (now - _lastChange < HoldSeconds)
        {
            return;
        }
        // Early on, the last part of the time tells more than the slow beginning.
        double span = Math.Clamp((now - (_firstStart ?? now)) / 2, 0.25, HoldSeconds);
        double answered = _answers.Count(time => time > now - span);
        double refused = _refusals.Count(time => time > now - span);
        double before = _isSpaced ? RateAt(now) : double.PositiveInfinity;
        double few = FewRefused * (answered + refused);
        if (refused > few + Deviations * Math.Sqrt(few))
        {
            _wasOverloaded = true;
            _window = Math.Max(1, _window * Shrink);
            before = Math.Min(before, Math.Max(answered, 1) / span);
        }
        _lastChange = now;
        if (double.IsFinite(before))
        {
            (_isSpaced, _rateThen, _nextStart) = (true, Math.Max(0.5, Below * before), Math.Min(_nextStart, now + 1));
        }
    }

    /// <summary>It ended in any other way, which tells nothing about limits.</summary>
    public void Ended() => InFlight--;

    private double RateAt(double now)
    {
        double since = Math.Max(0, now - _lastChange);
        double late = Math.Max(0, since - FastAfterSeconds);
        double grown = _rateThen * Math.Exp(Math.Min(LargestExponent, SlowGrowth * since + FastGrowth * late * late * late));
        // Where the window holds requests back, the spacing must not fall behind: they would go out in bunches.
        return Math.Min(grown, MostAboveAnswers * Math.Max(FewestAnswers, _answers.Count));
    }

    private static void Remember(Queue<double> times, double now)
    {
        times.Enqueue(now);
        while (times.Peek() < now - HoldSeconds)
        {
            times.Dequeue();
        }
    }
}
