namespace Winnow.Decoding.Stages;

/// <summary>Keeps logits within N standard deviations of the largest.</summary>
/// <param name="N">Standard deviations (population, over finite logits); at least 0; 0 turns the stage off. Usual: 1.</param>
/// <remarks>Source: Tang et al., "Top-nσ: Not All Logits Are You Need" (2024). The kept set does not depend on a temperature before it. Cost: O(V), no softmax.</remarks>
public sealed record TopNSigma(double N) : SamplerStage
{
    /// <summary>Standard deviations.</summary>
    public double N { get; } = Limits.Within(N, 0, double.MaxValue, "0 turns it off.");

    /// <inheritdoc/>
    public override string Name => "top-n-sigma";

    /// <inheritdoc/>
    public override bool IsNeutral => N <= 0;

    /// <inheritdoc/>
    protected override string Settings => StageText.Of(N);

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (N > 0)
        {
            (_, _, double variance) = Kernels.LogitScan.FiniteMoments(candidates.Logits, candidates.Max);
            candidates.KeepAtLeast(candidates.Max - N * Math.Sqrt(variance));
        }
    }
}
