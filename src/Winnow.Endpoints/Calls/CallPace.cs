namespace Winnow.Endpoints.Calls;

/// <summary>Decides how many requests may be under way and how fast they may follow each other, from which of them are refused (429).</summary>
/// <remarks>
/// The window opens by one for each success until the first overload and by one for each window of successes after it,
/// and shrinks by a tenth on an overload (additive increase, multiplicative decrease: Chiu and Jain, 1989). A limit on the
/// rate cannot be held by a window alone without losing a part of it, so after a refusal requests are also spaced. Their
/// rate grows like that of CUBIC (Ha, Rhee and Xu, 2008): fast until the limit is met, then back to a little below where it was met,
/// slowly through it, and ever faster beyond, so that a limit that has risen is found within seconds. The longer a limit stays where it
/// was, the longer the rate stays near it. At most once a second a refusal lowers the rate: by a little where few are refused
/// or the first time, by more where refusals go on, though never below what was answered. Refusals that are scattered
/// whatever the rate therefore do not starve a run. Pure: the time is given. Not thread-safe.
/// </remarks>
internal sealed class CallPace(int most)
{
    private const double Start = 8;
    private const double Shrink = 0.9;
    private const double Below = 0.98;
    private const double FewRefused = 0.05;
    private const double Deviations = 2;
    private const double HoldSeconds = 1;
    private const double SameEpisodeSeconds = 1.5;
    private const double FewestAnswers = 4;
    private const double StartGrowth = 1.4;
    private const double StartAboveAnswers = 2;
    private const double KeptOfStart = 0.85;
    private const double AboveAnswers = 1.5;
    private const double RecoverySeconds = 0.7;
    private const double Reach = 0.03;
    private const double SameLimit = 0.15;
    private const double ShortestPlateau = 2;
    private const double LongestPlateau = 8;
    private const double FastGrowth = 0.02;
    private const double LargestExponent = 5;
    private const double LeastRate = 0.5;

    // What is left of the rate at the first overload of an episode, and at those that follow it.
    private static readonly double[] Cuts = [Below, 0.85, 0.7, 0.5];

    private readonly Queue<double> _answers = new();
    private readonly Queue<double> _refusals = new();
    private double _window = Math.Min(most, Start);
    private bool _isSpaced;
    private bool _wasOverloaded;
    private double _lastChange = double.NegativeInfinity;
    private double _rateThen = double.PositiveInfinity;
    private double _nextStart;
    private double? _limit;
    private double _plateau = ShortestPlateau;
    private int _inARow;
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
        if (_isSpaced && now - _lastChange < HoldSeconds)
        {
            return;
        }
        // Early on, the last part of the time tells more than the slow beginning.
        double span = Math.Clamp((now - (_firstStart ?? now)) / 2, 0.25, HoldSeconds);
        double answered = _answers.Count(time => time > now - span);
        double refused = _refusals.Count(time => time > now - span);
        double few = FewRefused * (answered + refused);
        bool isOverload = refused > few + Deviations * Math.Sqrt(few);
        if (isOverload)
        {
            _wasOverloaded = true;
            _window = Math.Max(1, _window * Shrink);
        }
        if (!_isSpaced && !isOverload)
        {
            return;
        }
        double rate = _isSpaced ? Lowered(now, isOverload, answered / span) : Below * Math.Max(answered, 1) / span;
        (_isSpaced, _rateThen, _lastChange, _nextStart) = (true, Math.Max(LeastRate, rate), now, Math.Min(_nextStart, now + 1));
    }

    /// <summary>It ended in any other way, which tells nothing about limits.</summary>
    public void Ended() => InFlight--;

    /// <summary>The rate after a refusal, and where the limit seems to be.</summary>
    private double Lowered(double now, bool isOverload, double answers)
    {
        double before = RateAt(now);
        if (_limit is not { } limit)
        {
            _limit = Math.Max(answers, KeptOfStart * before);
            return Below * _limit.Value;
        }
        if (now - _lastChange < SameEpisodeSeconds * HoldSeconds)
        {
            _inARow++;
        }
        else
        {
            _inARow = 0;
            _plateau = Math.Abs(before - limit) < SameLimit * limit ? Math.Min(LongestPlateau, 2 * _plateau) : ShortestPlateau;
        }
        if (!isOverload || _inARow == 0)
        {
            _limit = before;
            return Below * before;
        }
        // A server that tolerates no bursts answers half of what comes a little too fast, so that its answers alone say too little.
        double rate = Math.Max(Cuts[Math.Min(_inARow, Cuts.Length - 1)] * before, Below * Math.Min(before, answers));
        _limit = Math.Min(before, Math.Max(rate / Below, answers));
        return rate;
    }

    private double RateAt(double now)
    {
        double since = Math.Max(0, now - _lastChange);
        // Where the window holds requests back, the spacing must not fall behind: they would go out in bunches.
        double answers = Math.Max(FewestAnswers, _answers.Count);
        if (_limit is not { } limit)
        {
            return Math.Min(_rateThen * Math.Exp(Math.Min(LargestExponent, StartGrowth * since)), StartAboveAnswers * answers);
        }
        double near = Below * limit;
        double recovered = _rateThen < near ? near - (near - _rateThen) * Math.Exp(-since / RecoverySeconds) : _rateThen;
        double late = Math.Max(0, since - _plateau);
        double growth = Reach * Math.Min(since, _plateau) / _plateau + FastGrowth * late * late * late;
        return Math.Min(recovered * Math.Exp(Math.Min(LargestExponent, growth)), AboveAnswers * answers);
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
