namespace Winnow.Inference.Decoders;

/// <summary>
/// Rotary position embedding: dimension pairs (i, i + d/2) of a head are turned by position × frequency i.
/// </summary>
/// <param name="Frequencies">Shape [head width / 2]; radians a position.</param>
/// <param name="AttentionScaling">Multiplies cosines and sines.</param>
/// <remarks>
/// Sources: Su et al. (2021), RoFormer; Peng et al. (2023), YaRN; Ding et al. (2024), LongRoPE; the Llama 3.1 model card.
/// </remarks>
public sealed record RotaryFrequencies(IReadOnlyList<float> Frequencies, double AttentionScaling)
{
    /// <summary>Computes the frequencies of a model.</summary>
    /// <param name="settings">The model's settings.</param>
    /// <param name="headWidth">Dimensions of a head; even.</param>
    /// <param name="contextLength">The model's longest sequence, in tokens.</param>
    /// <param name="sequenceLength">The sequence at hand, in tokens, for scalings that depend on it; null means a short one.</param>
    public static RotaryFrequencies Compute(RotarySettings settings, int headWidth, int contextLength, int? sequenceLength = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(headWidth, 2);
        int original = settings.OriginalContext ?? contextLength;
        double theta = settings.Scaling == RotaryScaling.Dynamic
            ? DynamicTheta(settings, headWidth, contextLength, sequenceLength ?? 0)
            : settings.Theta;
        var plain = new double[headWidth / 2];
        for (int i = 0; i < plain.Length; i++)
        {
            plain[i] = 1 / Math.Pow(theta, 2.0 * i / headWidth);
        }
        IEnumerable<double> scaled = settings.Scaling switch
        {
            RotaryScaling.Linear => plain.Select(f => f / settings.Factor),
            RotaryScaling.Llama3 => plain.Select(f => Llama3(f, settings, original)),
            RotaryScaling.Yarn => Yarn(plain, settings, headWidth, original),
            RotaryScaling.LongRope => plain.Zip(sequenceLength > original ? settings.LongFactors : settings.ShortFactors, (f, d) => f / d),
            RotaryScaling.Divided => plain.Zip(settings.ShortFactors, (f, d) => f / d),
            _ => plain,
        };
        return new RotaryFrequencies([.. scaled.Select(f => (float)f)], settings.AttentionFactor ?? AttentionFactor(settings, original));
    }

    /// <summary>Turns one head by its position.</summary>
    /// <param name="head">Shape [d]; changed in place.</param>
    /// <param name="position">Position in the sequence, from 0.</param>
    public void Rotate(Span<float> head, int position)
    {
        int half = Frequencies.Count;
        ArgumentOutOfRangeException.ThrowIfNotEqual(head.Length, 2 * half);
        for (int i = 0; i < half; i++)
        {
            (float cos, float sin) = Turn(i, position);
            float first = head[i];
            float second = head[i + half];
            head[i] = (first * cos) - (second * sin);
            head[i + half] = (second * cos) + (first * sin);
        }
    }

    /// <summary>Cosine and sine of one frequency at one position.</summary>
    internal (float Cos, float Sin) Turn(int frequency, int position)
    {
        // The product is rounded to single precision, as models were trained.
        float angle = position * Frequencies[frequency];
        (double sin, double cos) = Math.SinCos(angle);
        return ((float)(cos * AttentionScaling), (float)(sin * AttentionScaling));
    }

    private static double DynamicTheta(RotarySettings settings, int headWidth, int contextLength, int sequenceLength)
    {
        double length = Math.Max(sequenceLength, contextLength);
        double stretch = (settings.Factor * length / contextLength) - (settings.Factor - 1);
        return settings.Theta * Math.Pow(stretch, headWidth / (headWidth - 2.0));
    }

    private static double Llama3(double frequency, RotarySettings settings, int original)
    {
        double turns = original * frequency / (2 * Math.PI);
        if (turns < settings.LowFrequencyFactor)
        {
            return frequency / settings.Factor;
        }
        if (turns > settings.HighFrequencyFactor)
        {
            return frequency;
        }
        double smooth = (turns - settings.LowFrequencyFactor) / (settings.HighFrequencyFactor - settings.LowFrequencyFactor);
        return ((1 - smooth) * frequency / settings.Factor) + (smooth * frequency);
    }

    private static IEnumerable<double> Yarn(double[] plain, RotarySettings settings, int headWidth, int original)
    {
        double low = Math.Max(Math.Floor(DimensionOfTurns(settings.BetaFast)), 0);
        double high = Math.Min(Math.Ceiling(DimensionOfTurns(settings.BetaSlow)), headWidth - 1);
        if (low == high)
        {
            high += 0.001;
        }
        return plain.Select((f, i) =>
        {
            double interpolated = Math.Clamp((i - low) / (high - low), 0, 1);
            return (f / settings.Factor * interpolated) + (f * (1 - interpolated));
        });

        double DimensionOfTurns(double turns) =>
            headWidth * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(settings.Theta));
    }

    private static double AttentionFactor(RotarySettings settings, int original) => settings.Scaling switch
    {
        RotaryScaling.Yarn when settings.Factor > 1 => (0.1 * Math.Log(settings.Factor)) + 1,
        RotaryScaling.LongRope when settings.Factor > 1 => Math.Sqrt(1 + (Math.Log(settings.Factor) / Math.Log(original))),
        _ => 1,
    };
}
