using Winnow.Numerics;

namespace Winnow.Judging;

/// <summary>What is believed of a player's skill: a normal distribution.</summary>
/// <param name="Mean">μ.</param>
/// <param name="Deviation">σ, greater than 0.</param>
public readonly record struct SkillBelief(double Mean, double Deviation)
{
    /// <summary>μ − 3σ: a skill that is almost surely surpassed; the number to rank by.</summary>
    public double Conservative => Mean - 3 * Deviation;
}

/// <summary>Skills from the ranks of single players, with their uncertainty.</summary>
/// <remarks>
/// Source: Herbrich, Minka and Graepel (2007), "TrueSkill". Two players are updated exactly but for the shape of the result; more are
/// updated by expectation propagation until nothing moves. The normal distribution function is exact, where the common package has a series.
/// </remarks>
public sealed record TrueSkill
{
    private const int MaxSweeps = 200;
    private const double Settled = 1e-11;

    /// <summary>Belief about a new player. Default: 25 ± 25/3.</summary>
    public SkillBelief Prior { get; init; } = new(25, 25.0 / 3);

    /// <summary>β: how far performance scatters around skill; greater than 0. Default: 25/6.</summary>
    public double Beta
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 25.0 / 6;

    /// <summary>τ: how far skill drifts before each game; at least 0. Default: 25/300.</summary>
    public double Tau
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 25.0 / 300;

    /// <summary>Probability of a draw between equals. Range: [0, 1). Default: 0.1.</summary>
    public double DrawProbability
    {
        get;
        init
        {
            if (!(value is >= 0 and < 1))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, $"DrawProbability is {value}; it must lie in [0, 1).");
            }
            field = value;
        }
    } = 0.1;

    /// <summary>How good a match two players are: their chance of a draw against that of equals whose skills are known. Range: 0 … 1.</summary>
    public double Quality(SkillBelief a, SkillBelief b)
    {
        double noise = 2 * Beta * Beta;
        double variance = noise + a.Deviation * a.Deviation + b.Deviation * b.Deviation;
        return Math.Sqrt(noise / variance) * Math.Exp(-(a.Mean - b.Mean) * (a.Mean - b.Mean) / (2 * variance));
    }

    /// <summary>The beliefs after a game of two.</summary>
    /// <exception cref="ArgumentException">It is a draw, and draws have probability 0.</exception>
    public (SkillBelief Winner, SkillBelief Loser) Update(SkillBelief winner, SkillBelief loser, bool isDraw = false) =>
        Update([winner, loser], isDraw ? [0, 0] : [0, 1]) is [var a, var b] ? (a, b) : default;

    /// <summary>The beliefs after a game of several.</summary>
    /// <param name="players">Shape [P], P ≥ 2.</param>
    /// <param name="ranks">Shape [P]; lower is better, equal ranks are draws.</param>
    /// <returns>Shape [P], in the order of the players.</returns>
    /// <exception cref="ArgumentException">The shapes differ, there are fewer than two players, a deviation is not positive, or draws have probability 0 and one occurs.</exception>
    public IReadOnlyList<SkillBelief> Update(IReadOnlyList<SkillBelief> players, IReadOnlyList<int> ranks)
    {
        ArgumentNullException.ThrowIfNull(players);
        ArgumentNullException.ThrowIfNull(ranks);
        if (players.Count < 2 || players.Count != ranks.Count || players.Any(player => !(player.Deviation > 0)))
        {
            throw new ArgumentException($"There are {players.Count} players and {ranks.Count} ranks; give as many of each, at least two, with deviations greater than 0.", nameof(players));
        }
        int[] order = [.. Enumerable.Range(0, ranks.Count).OrderBy(i => ranks[i])];
        double margin = Distributions.NormalQuantile((DrawProbability + 1) / 2) * Math.Sqrt(2) * Beta;
        if (margin <= 0 && order.Zip(order.Skip(1)).Any(pair => ranks[pair.First] == ranks[pair.Second]))
        {
            throw new ArgumentException("Two players drew, and DrawProbability is 0; set it above 0.", nameof(ranks));
        }

        var skills = new Gaussian[order.Length];
        var performances = new Gaussian[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            SkillBelief player = players[order[place]];
            double variance = player.Deviation * player.Deviation + Tau * Tau;
            skills[place] = Gaussian.Of(player.Mean, variance);
            performances[place] = Gaussian.Of(player.Mean, variance + Beta * Beta);
        }
        // What each comparison of neighbours says of the better and of the worse one.
        var up = new Gaussian[order.Length - 1];
        var down = new Gaussian[order.Length - 1];
        double moved = double.PositiveInfinity;
        for (int sweep = 0; sweep < MaxSweeps && moved > Settled; sweep++)
        {
            moved = 0;
            for (int step = 0; step < 2 * up.Length; step++)
            {
                int k = step < up.Length ? step : 2 * up.Length - 1 - step;
                Gaussian better = k > 0 ? performances[k] * down[k - 1] : performances[k];
                Gaussian worse = k + 1 < up.Length ? performances[k + 1] * up[k + 1] : performances[k + 1];
                Gaussian difference = Compared(better, worse, margin, ranks[order[k]] == ranks[order[k + 1]]);
                Gaussian toBetter = difference.IsFlat ? default : Gaussian.Of(difference.Mean + worse.Mean, difference.Variance + worse.Variance);
                Gaussian toWorse = difference.IsFlat ? default : Gaussian.Of(better.Mean - difference.Mean, difference.Variance + better.Variance);
                moved = Math.Max(moved, Math.Max(toBetter.DistanceTo(up[k]), toWorse.DistanceTo(down[k])));
                (up[k], down[k]) = (toBetter, toWorse);
            }
        }
        var updated = new SkillBelief[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            Gaussian said = (place > 0 ? down[place - 1] : default) * (place < up.Length ? up[place] : default);
            Gaussian skill = said.IsFlat ? skills[place] : skills[place] * Gaussian.Of(said.Mean, said.Variance + Beta * Beta);
            updated[order[place]] = new SkillBelief(skill.Mean, Math.Sqrt(skill.Variance));
        }
        return updated;
    }

    /// <summary>What the outcome says of the difference of two performances.</summary>
    private static Gaussian Compared(Gaussian better, Gaussian worse, double margin, bool isDraw)
    {
        double variance = better.Variance + worse.Variance;
        double deviation = Math.Sqrt(variance);
        double t = (better.Mean - worse.Mean) / deviation;
        (double shift, double shrink) = isDraw ? Within(t, margin / deviation) : Above(t - margin / deviation);
        return Gaussian.Of(better.Mean - worse.Mean + deviation * shift, variance * (1 - shrink)) / Gaussian.Of(better.Mean - worse.Mean, variance);
    }

    /// <summary>Mean shift and variance shrinkage of a standard normal at t cut to what is above 0.</summary>
    private static (double Shift, double Shrink) Above(double t)
    {
        double shift = Math.Exp(-0.5 * t * t - 0.5 * Math.Log(2 * Math.PI) - Distributions.NormalLogCdf(t));
        return (shift, shift * (shift + t));
    }

    /// <summary>The same cut to what lies within a margin of 0.</summary>
    private static (double Shift, double Shrink) Within(double t, double margin)
    {
        double size = Math.Abs(t);
        (double high, double low) = (margin - size, -margin - size);
        double mass = Distributions.NormalCdf(high) - Distributions.NormalCdf(low);
        if (!(mass > 0))
        {
            return (Math.Sign(t) * (margin - size), 1);
        }
        double shift = (Density(low) - Density(high)) / mass;
        return (Math.Sign(t) * shift, shift * shift + (high * Density(high) - low * Density(low)) / mass);
    }

    private static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);

    /// <summary>A normal distribution by its precision and precision times mean, so that products are sums; all zeros says nothing.</summary>
    private readonly record struct Gaussian(double Precision, double PrecisionMean)
    {
        public bool IsFlat => !(Precision > 0);

        public double Mean => PrecisionMean / Precision;

        public double Variance => 1 / Precision;

        public static Gaussian Of(double mean, double variance) => new(1 / variance, mean / variance);

        public double DistanceTo(Gaussian other) => Math.Max(Math.Abs(Precision - other.Precision), Math.Abs(PrecisionMean - other.PrecisionMean));

        public static Gaussian operator *(Gaussian a, Gaussian b) => new(a.Precision + b.Precision, a.PrecisionMean + b.PrecisionMean);

        public static Gaussian operator /(Gaussian a, Gaussian b) => new(a.Precision - b.Precision, a.PrecisionMean - b.PrecisionMean);
    }
}
