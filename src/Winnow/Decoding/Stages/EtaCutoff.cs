namespace Winnow.Decoding.Stages;

/// <summary>Epsilon cut-off that loosens where the distribution is flat: keeps p ≥ min(ε, √ε·exp(−H)).</summary>
/// <param name="Epsilon">ε; 0 … 1; 0 turns the stage off. Usual: 0.0003 … 0.004.</param>
/// <remarks>Source: Hewitt, Manning and Liang, "Truncation Sampling as Language Model Desmoothing" (2022). Cost: O(V).</remarks>
public sealed record EtaCutoff(double Epsilon) : SamplerStage
{
    /// <summary>ε.</summary>
    public double Epsilon { get; } = Limits.Within(Epsilon, 0, 1, "It is a probability.");

    /// <summary>Tokens kept at least; at least 1.</summary>
    public int MinKeep { get; init => field = Limits.AtLeast(value, 1, "One token must remain."); } = 1;

    /// <inheritdoc/>
    public override string Name => "eta";

    /// <inheritdoc/>
    public override bool IsNeutral => Epsilon <= 0;

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(StageText.Of(Epsilon), ("min-keep", MinKeep, 1));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (Epsilon > 0)
        {
            double logEta = Math.Min(Math.Log(Epsilon), 0.5 * Math.Log(Epsilon) - candidates.Entropy);
            candidates.KeepAtLeast(candidates.LogNormalizer + logEta, MinKeep);
        }
    }
}
