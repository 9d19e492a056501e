using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics;

/// <summary>What takes the place of an n-gram precision of zero, whose logarithm is not finite.</summary>
/// <remarks>Source: Chen and Cherry (2014), "A Systematic Comparison of Smoothing Techniques for Sentence-Level BLEU".</remarks>
public enum BleuSmoothing
{
    /// <summary>Nothing: the score is 0.</summary>
    None,

    /// <summary>A small number of matches (method 1); 0.1 by default.</summary>
    Floor,

    /// <summary>A constant added to matches and totals of orders above 1 (method 2); 1 by default.</summary>
    AddK,

    /// <summary>The k-th zero counts as 2^−k matches (method 3, as in NIST's script). The default.</summary>
    Exponential,
}

/// <summary>Settings of BLEU. The defaults are sacrebleu's.</summary>
public sealed record BleuOptions
{
    /// <summary>Longest n-gram; 1..16; default 4.</summary>
    public int MaxOrder
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16);
            field = value;
        }
    } = 4;

    /// <summary>What takes the place of a precision of zero.</summary>
    public BleuSmoothing Smoothing { get; init; } = BleuSmoothing.Exponential;

    /// <summary>The number of floor and add-k smoothing, at least 0; null means the method's default.</summary>
    public double? SmoothingValue
    {
        get;
        init
        {
            if (value is { } number)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(number);
            }
            field = value;
        }
    }

    /// <summary>Averages only over the orders that the text is long enough for. Needed for single sentences; default false.</summary>
    public bool EffectiveOrder { get; init; }

    /// <summary>Compares without case; default false.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Splits texts into tokens; default <c>13a</c>.</summary>
    public TextTokenizer Tokenizer { get; init; } = Tokenizer13a.Instance;

    internal double EffectiveSmoothingValue => SmoothingValue ?? (Smoothing == BleuSmoothing.Floor ? 0.1 : 1);
}
