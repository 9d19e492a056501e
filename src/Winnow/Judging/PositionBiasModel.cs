namespace Winnow.Judging;

/// <summary>
/// A judge that takes the answer shown first with probability b, and otherwise the better one but for errors with
/// probability e, independently in both orders: what it costs to ask in one order, and what asking in both repairs.
/// </summary>
/// <param name="positionBias">b. Range: 0 … 1.</param>
/// <param name="error">e. Range: 0 … 1.</param>
/// <remarks>Derivation: with q = (1 − b)(1 − e) the judge is right with q + b where the better is first and with q where it is second.</remarks>
public sealed class PositionBiasModel(double positionBias, double error)
{
    private readonly double b = InRange(positionBias, nameof(positionBias));
    private readonly double q = (1 - positionBias) * (1 - InRange(error, nameof(error)));

    /// <summary>Probability of being right where the better answer is shown first.</summary>
    public double RightWhenBetterIsFirst => q + b;

    /// <summary>Probability of being right where the better answer is shown second.</summary>
    public double RightWhenBetterIsSecond => q;

    /// <summary>Probability that both orders are right.</summary>
    public double AgreementInBothOrders => q * (q + b);

    /// <summary>Probability that both orders say the same; 1 − b only where e = 0.</summary>
    public double Consistency => 1 - (2 * q + b) + 2 * q * (q + b);

    /// <summary>How often the better answer wins in one order drawn at random.</summary>
    public double WinRateInOneOrder => q + b / 2;

    /// <summary>How often it wins with both orders joined, ties counted one half: the same, without an advantage of place.</summary>
    public double WinRateJoined => AgreementInBothOrders + TieRateJoined / 2;

    /// <summary>How often both orders joined are a tie.</summary>
    public double TieRateJoined => 1 - Consistency;

    private static double InRange(double value, string name) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"The {name} is {value}; it is a probability in [0, 1].");
}
