namespace Winnow.Decoding.Stages;

/// <summary>Keeps tokens of at least probability Epsilon; the best ones where there is none.</summary>
/// <param name="Epsilon">Smallest probability; 0 … 1; 0 turns the stage off. Usual: 0.0003 … 0.0009.</param>
/// <remarks>Source: Hewitt, Manning and Liang, "Truncation Sampling as Language Model Desmoothing" (2022). Cost: O(V).</remarks>
public sealed record EpsilonCutoff(double Epsilon) : SamplerStage
{
    /// <summary>Smallest probability.</summary>
    public double Epsilon { get; } = Limits.Within(Epsilon, 0, 1, "It is a probability.");

    /// <summary>Tokens kept at least; at least 1.</summary>
    public int MinKeep { get; init => field = Limits.AtLeast(value, 1, "One token must remain."); } = 1;

    /// <inheritdoc/>
    public override string Name => "epsilon";

    /// <inheritdoc/>
    public override bool IsNeutral => Epsilon <= 0;

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(StageText.Of(Epsilon), ("min-keep", MinKeep, 1));

    /// <inheritdoc/>
    public override string? CannotActAfter(SamplerStage earlier) =>
        earlier is EpsilonCutoff before && before.MinKeep <= MinKeep && Epsilon <= before.Epsilon ? $"{earlier} has removed more already" : null;

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (Epsilon > 0)
        {
            candidates.KeepAtLeast(candidates.LogNormalizer + Math.Log(Epsilon), MinKeep);
        }
    }
}
