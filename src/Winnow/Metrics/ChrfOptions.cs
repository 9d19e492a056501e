namespace Winnow.Metrics;

/// <summary>Settings of chrF. The defaults are sacrebleu's; <see cref="WordOrder"/> 2 makes chrF++.</summary>
public sealed record ChrfOptions
{
    /// <summary>Longest n-gram of characters; 1..16; default 6.</summary>
    public int CharacterOrder
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16);
            field = value;
        }
    } = 6;

    /// <summary>Longest n-gram of words; 0..16; default 0.</summary>
    public int WordOrder
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16);
            field = value;
        }
    }

    /// <summary>How many times recall counts as much as precision; positive; default 2.</summary>
    public double Beta
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 2;

    /// <summary>Compares without case; default false.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Keeps white space among the characters; default false.</summary>
    public bool KeepWhitespace { get; init; }

    /// <summary>Averages the F-scores of all orders, an order without n-grams at 1e-16, as the first chrF++ did; default false: averages precision and recall over the orders that both sides have.</summary>
    public bool EpsilonSmoothing { get; init; }
}
