namespace Winnow.Evaluation;

/// <summary>How often one side wins.</summary>
/// <param name="HalfTies">Ties count one half.</param>
/// <param name="TiesLose">Ties count as losses.</param>
/// <param name="WithoutTies">Share of the decided games; null where none is.</param>
/// <param name="TieRate">Share of ties.</param>
/// <param name="Interval">Wilson's interval of the share of the decided games; null where none is.</param>
/// <param name="SignTest">Exact two-sided p-value of equal sides; null where no game is decided.</param>
public sealed record WinRate(double HalfTies, double TiesLose, double? WithoutTies, double TieRate, Interval? Interval, double? SignTest)
{
    /// <summary>From counts.</summary>
    /// <param name="wins">At least 0.</param>
    /// <param name="ties">At least 0.</param>
    /// <param name="losses">At least 0.</param>
    /// <param name="alpha">Two-sided error of the interval, in (0, 1).</param>
    /// <exception cref="ArgumentException">A count is negative, or all are 0.</exception>
    public static WinRate Of(int wins, int ties, int losses, double alpha = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wins);
        ArgumentOutOfRangeException.ThrowIfNegative(ties);
        ArgumentOutOfRangeException.ThrowIfNegative(losses);
        double games = (double)wins + ties + losses;
        if (games == 0)
        {
            throw new ArgumentException("There are no comparisons; give at least one.", nameof(wins));
        }
        int decided = wins + losses;
        return new WinRate(
            (wins + ties / 2.0) / games, wins / games, decided == 0 ? null : (double)wins / decided, ties / games,
            decided == 0 ? null : BinomialIntervals.Wilson(wins, decided, alpha), decided == 0 ? null : McNemarTest.Exact(wins, losses));
    }
}

/// <summary>Whether a judge likes the place an answer is shown at.</summary>
/// <param name="FirstShare">Share of the decided verdicts that go to the first; one half without bias; null where none is decided.</param>
/// <param name="Interval">Wilson's interval of it; null where none is decided.</param>
/// <param name="PValue">Exact two-sided p-value of one half; null where none is decided.</param>
/// <param name="Advantage">(first − second) / all verdicts, ties included. Range: −1 … 1.</param>
public sealed record PositionBias(double? FirstShare, Interval? Interval, double? PValue, double Advantage)
{
    /// <summary>From counts over pairs whose order was drawn at random, or that were judged in both.</summary>
    /// <param name="firstWins">Verdicts for the answer shown first; at least 0.</param>
    /// <param name="secondWins">Verdicts for the one shown second; at least 0.</param>
    /// <param name="ties">Ties; at least 0.</param>
    /// <param name="alpha">Two-sided error of the interval, in (0, 1).</param>
    /// <exception cref="ArgumentException">A count is negative, or all are 0.</exception>
    public static PositionBias Of(int firstWins, int secondWins, int ties, double alpha = 0.05)
    {
        WinRate rate = WinRate.Of(firstWins, ties, secondWins, alpha);
        return new PositionBias(rate.WithoutTies, rate.Interval, rate.SignTest, (firstWins - secondWins) / ((double)firstWins + secondWins + ties));
    }
}
