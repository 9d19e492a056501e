using System.Numerics.Tensors;

namespace Winnow.Decoding.Stages;

/// <summary>Keeps tokens at least as probable as two draws are to agree: p ≥ Σ p². No parameter.</summary>
/// <remarks>Source: Tan et al., "p-less Sampling" (arXiv 2509.23234). Cost: O(V).</remarks>
public sealed record PLess : SamplerStage
{
    /// <inheritdoc/>
    public override string Name => "p-less";

    /// <inheritdoc/>
    protected override string Settings => "";

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        double squares = TensorPrimitives.SumOfSquares(candidates.Weights);
        // Σ p² = Σ w² / Z², so ln of the bound on w = p·Z is ln(Σ w² / Z); the slack keeps a uniform distribution whole.
        candidates.KeepAtLeast(candidates.Max + Math.Log(squares / candidates.TotalWeight) - 1e-6);
    }
}
