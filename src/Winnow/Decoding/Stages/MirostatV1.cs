namespace Winnow.Decoding.Stages;

/// <summary>How Mirostat 1 makes a count of the real number it computes.</summary>
public enum MirostatCount
{
    /// <summary>round(k) + 1, as the authors' code does.</summary>
    Reference,

    /// <summary>max(⌊k⌋, 1), as llama.cpp does.</summary>
    Floor,
}

/// <summary>Mirostat 1: fits a Zipf exponent to the head of the distribution, and from it and μ the k of a top-k.</summary>
/// <param name="Target">τ, bits a token; above 0. Usual: 3 (paper), 5 (llama.cpp).</param>
/// <param name="Rate">η, learning rate; above 0. Usual: 1 (paper), 0.1 (llama.cpp, the default).</param>
/// <remarks>Source: Basu et al., "Mirostat" (ICLR 2021). Cost: O(V).</remarks>
public sealed record MirostatV1(double Target, double Rate = 0.1) : SamplerStage
{
    /// <summary>τ.</summary>
    public double Target { get; } = Limits.Within(Target, 1e-6, 64, "It is in bits a token; 3 to 5 is usual.");

    /// <summary>η.</summary>
    public double Rate { get; } = Limits.Within(Rate, 1e-9, 100, "0.1 to 1 is usual.");

    /// <summary>m, tokens at the head that the exponent is fitted to; at least 2; default 100.</summary>
    public int Head { get; init => field = (int)Limits.Within(value, 2, 1024, "A slope needs two points; 100 is the paper's."); } = 100;

    /// <summary>How a real k becomes a count.</summary>
    public MirostatCount Count { get; init; }

    /// <summary>Which distribution the surprise is measured by.</summary>
    public SurpriseSource Surprise { get; init; }

    /// <summary>μ before the first token, in bits; 2τ where not set.</summary>
    public double? InitialMu { get; init; }

    /// <summary>Greatest μ, in bits; default 80.</summary>
    public double MostMu { get; init => field = Limits.Within(value, 1, double.MaxValue, "It bounds the wind-up."); } = 80;

    /// <inheritdoc/>
    public override string Name => "mirostat1";

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(
        StageText.Of(Target) + ":" + StageText.Of(Rate), ("head", Head, 100), ("floor", (int)Count, 0), ("renormalised", (int)Surprise, 0),
        ("mu", InitialMu ?? 2 * Target, 2 * Target));

    /// <inheritdoc/>
    public override IStageState Open() => new SurpriseControl(Target, Rate, InitialMu ?? 2 * Target, MostMu);

    /// <summary>Zipf exponent by least squares through the origin on the head.</summary>
    /// <param name="logProbs">Shape [m], descending; natural log, up to a constant.</param>
    /// <returns>ŝ = Σ t·b / Σ t², with t = ln((i+1)/i) and b = ln(pᵢ/pᵢ₊₁).</returns>
    public static double ZipfExponent(ReadOnlySpan<double> logProbs)
    {
        double products = 0, squares = 0;
        for (int i = 1; i < logProbs.Length && double.IsFinite(logProbs[i]); i++)
        {
            double t = Math.Log((i + 1.0) / i);
            products += t * (logProbs[i - 1] - logProbs[i]);
            squares += t * t;
        }
        return squares > 0 ? products / squares : 0;
    }

    /// <summary>The real-valued k whose expected surprise under a Zipf law is μ.</summary>
    /// <param name="exponent">ŝ.</param>
    /// <param name="mu">μ, bits.</param>
    /// <param name="vocabularySize">N.</param>
    /// <returns>(ε·2^μ / (1 − N^−ε))^(1/ŝ) with ε = ŝ − 1; N where the head is flat or the power overflows.</returns>
    public static double TopCount(double exponent, double mu, int vocabularySize)
    {
        if (exponent <= 0)
        {
            return vocabularySize;
        }
        double epsilon = exponent - 1;
        double scaled = Math.Abs(epsilon) < 1e-6
            ? double.Exp2(mu) / Math.Log(vocabularySize)
            : epsilon * double.Exp2(mu) / (1 - Math.Pow(vocabularySize, -epsilon));
        double k = Math.Pow(scaled, 1 / exponent);
        return double.IsFinite(k) ? k : vocabularySize;
    }

    /// <summary>The count for a real k, in 1 … N.</summary>
    public static int Round(double k, MirostatCount count, int vocabularySize) =>
        (int)Math.Clamp(count == MirostatCount.Floor ? Math.Floor(k) : Math.Round(k) + 1, 1, vocabularySize);

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        var control = (SurpriseControl)state!;
        double normalizer = candidates.LogNormalizer;
        double exponent = FitHead(ref candidates);
        candidates.KeepTop(Round(TopCount(exponent, control.Mu, candidates.VocabularySize), Count, candidates.VocabularySize));
        control.Observe(ref candidates, Surprise == SurpriseSource.FullModel ? normalizer : candidates.LogNormalizer);
    }

    /// <summary>The exponent of the head of these candidates.</summary>
    internal double FitHead(ref Candidates candidates)
    {
        Span<float> largest = candidates.Workspace.Selection(candidates.Count);
        candidates.Logits.CopyTo(largest);
        if (Head < largest.Length)
        {
            Kernels.QuickSelect.NthLargest(largest, Head - 1);
            largest = largest[..Head];
        }
        largest.Sort();
        Span<double> descending = stackalloc double[Math.Min(largest.Length, 1024)];
        for (int i = 0; i < descending.Length; i++)
        {
            descending[i] = largest[^(i + 1)];
        }
        return ZipfExponent(descending);
    }
}
