namespace Winnow.Decoding.Stages;

/// <summary>Mirostat 2: keeps tokens of surprise at most μ bits and steers μ so that the mean surprise is Target.</summary>
/// <param name="Target">τ, bits a token; above 0; the perplexity is 2^τ. Usual: 3 (paper), 5 (llama.cpp).</param>
/// <param name="Rate">η, learning rate; above 0. Usual: 1 (paper), 0.1 (llama.cpp, the default).</param>
/// <remarks>
/// Source: Basu et al., "Mirostat" (ICLR 2021). μ starts at 2τ. Where no token is in reach the best one is kept.
/// Differs from the paper: μ is held within [0, <see cref="MostMu"/>] against wind-up. Cost: O(V), no sort.
/// </remarks>
public sealed record MirostatV2(double Target, double Rate = 0.1) : SamplerStage
{
    /// <summary>τ.</summary>
    public double Target { get; } = Limits.Within(Target, 1e-6, 64, "It is in bits a token; 3 to 5 is usual.");

    /// <summary>η.</summary>
    public double Rate { get; } = Limits.Within(Rate, 1e-9, 100, "0.1 to 1 is usual.");

    /// <summary>Which distribution the surprise is measured by.</summary>
    public SurpriseSource Surprise { get; init; }

    /// <summary>μ before the first token, in bits; 2τ where not set.</summary>
    public double? InitialMu { get; init; }

    /// <summary>Greatest μ, in bits; default 80, four times the surprise of a uniform draw among a million tokens.</summary>
    public double MostMu { get; init => field = Limits.Within(value, 1, double.MaxValue, "It bounds the wind-up."); } = 80;

    /// <inheritdoc/>
    public override string Name => "mirostat2";

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(
        StageText.Of(Target) + ":" + StageText.Of(Rate), ("renormalised", (int)Surprise, 0), ("mu", InitialMu ?? 2 * Target, 2 * Target));

    /// <inheritdoc/>
    public override IStageState Open() => new SurpriseControl(Target, Rate, InitialMu ?? 2 * Target, MostMu);

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        var control = (SurpriseControl)state!;
        double normalizer = candidates.LogNormalizer;
        candidates.KeepAtLeast(normalizer - control.Mu * double.Log(2));
        control.Observe(ref candidates, Surprise == SurpriseSource.FullModel ? normalizer : candidates.LogNormalizer);
    }
}
