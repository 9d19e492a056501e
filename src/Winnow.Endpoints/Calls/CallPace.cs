namespace Winnow.Endpoints.Calls;

/// <summary>Decides how many requests may be under way and how fast they may follow each other, from which of them are refused (429).</summary>
/// <remarks>
/// The window opens by one for each success until the first refusal and by one for each window of successes after it,
/// and shrinks by a fifth on a refusal, at most once a second (additive increase, multiplicative decrease: Chiu and Jain,
/// 1989). A limit on the rate cannot be held by a window alone without losing a part of it, so after a refusal
/// requests are also spaced: at a little less than the rate at which answers lately came, growing with the time since and
/// with its cube (as CUBIC, RFC 9438), so that the limit is neared slowly and a far one is found soon. Pure: the time is given. Not
/// thread-safe.
/// </remarks>
internal sealed class CallPace(int most)
{
    private const double Start = 8;
    private const double Shrink = 0.8;
    private const double Below = 0.985;
    private const double HoldSeconds = 1;
    private const double LinearPerSecond = 0.016;
    private const double CubePerSecond = 0.004;
    private const double LargestGrowth = 1.5;
    private const double CatchUpSeconds = 0.02;

    private readonly Queue<double> _answers = new();
    private double _window = Math.Min(most, Start);
    private bool _wasRefused;
    private double _lastRefusal = double.NegativeInfinity;
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
        double rate = RateAt(now);
        if (double.IsPositiveInfinity(rate))
        {
            return 0;
        }
        double start = Math.Max(_nextStart, now - CatchUpSeconds);
        _nextStart = start + 1 / rate;
        return Math.Max(0, start - now);
    }

    /// <summary>An answer came.</summary>
    public void Succeeded(double now)
    {
        InFlight--;
        _answers.Enqueue(now);
        while (_answers.Peek() < now - HoldSeconds)
        {
            _answers.Dequeue();
        }
        _window = Math.Min(most, _window + (_wasRefused ? 1 / _window : 1));
    }

    /// <summary>The endpoint refused for its limit.</summary>
    public void Refused(double now)
    {
        InFlight--;
        if (now - _lastRefusal < HoldSeconds)
        {
            return;
        }
        // Early on, the last part of the time tells more than the slow beginning.
        double span = Math.Clamp((now - (_firstStart ?? now)) / 2, 0.25, HoldSeconds);
        double lately = _answers.Count(answer => answer > now - span) / span;
        double before = RateAt(now);
        _rateThen = Math.Max(0.5, Below * Math.Min(before, Math.Max(lately, 1)));
        (_wasRefused, _lastRefusal) = (true, now);
        _nextStart = now;
        _window = Math.Max(1, _window * Shrink);
    }

    /// <summary>It ended in any other way, which tells nothing about limits.</summary>
    public void Ended() => InFlight--;

    private double RateAt(double now)
    {
        if (!_wasRefused)
        {
            return double.PositiveInfinity;
        }
        double since = Math.Max(0, now - _lastRefusal);
        return _rateThen * (1 + Math.Min(LinearPerSecond * since + CubePerSecond * since * since * since, LargestGrowth * since));
    }
}
