namespace Winnow.Inference.Decoders;

/// <summary>How rotary frequencies are stretched for contexts longer than the trained one.</summary>
public enum RotaryScaling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Every frequency divided by the factor.</summary>
    Linear,

    /// <summary>A larger base once the sequence is longer than the trained context.</summary>
    Dynamic,

    /// <summary>Low frequencies interpolated, high ones kept, a ramp between, and attention sharpened (YaRN).</summary>
    Yarn,

    /// <summary>Low frequencies divided by the factor, high ones kept, a smooth passage between (Llama 3.1).</summary>
    Llama3,

    /// <summary>A divisor for each frequency, one list for short and one for long sequences.</summary>
    LongRope,

    /// <summary>A divisor for each frequency, one list: how GGUF files write the scaling of Llama 3.1.</summary>
    Divided,
}

/// <summary>Rotary position settings of a model.</summary>
public sealed record RotarySettings
{
    /// <summary>Base of the frequencies.</summary>
    public double Theta { get; init; } = 10_000;

    /// <summary>How frequencies are stretched.</summary>
    public RotaryScaling Scaling { get; init; }

    /// <summary>Stretching factor; 1 or more.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Context that the model was trained with before stretching; null means the model's context. Unit: tokens.</summary>
    public int? OriginalContext { get; init; }

    /// <summary>Turns over the original context below which Llama 3.1 divides a frequency by the whole factor.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Turns over the original context above which Llama 3.1 keeps a frequency.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>Turns over the original context above which YaRN keeps a frequency.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>Turns over the original context below which YaRN interpolates a frequency.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>Multiplies cosines and sines; null means what the scaling says.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>Divisors of a scaling that has one list; LongRoPE's up to the original context. Shape [head width / 2].</summary>
    public IReadOnlyList<double> ShortFactors { get; init; } = [];

    /// <summary>LongRoPE's divisors beyond the original context, shape [head width / 2].</summary>
    public IReadOnlyList<double> LongFactors { get; init; } = [];
}
