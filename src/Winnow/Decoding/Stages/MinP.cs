namespace Winnow.Decoding.Stages;

/// <summary>Keeps tokens at least M times as probable as the most probable one.</summary>
/// <param name="M">Ratio; 0 … 1; 0 turns the stage off, 1 keeps only the most probable. Usual: 0.05.</param>
/// <remarks>Source: Nguyen et al., "Turning Up the Heat: Min-p Sampling" (2025), first in llama.cpp. Cost: one comparison a token, no softmax.</remarks>
public sealed record MinP(double M) : SamplerStage
{
    /// <summary>Ratio to the largest probability.</summary>
    public double M { get; } = Limits.Within(M, 0, 1, "It is a ratio of probabilities; use top-p to keep a probability mass.");

    /// <summary>Tokens kept at least; at least 1.</summary>
    public int MinKeep { get; init => field = Limits.AtLeast(value, 1, "One token must remain."); } = 1;

    /// <inheritdoc/>
    public override string Name => "min-p";

    /// <inheritdoc/>
    public override bool IsNeutral => M <= 0;

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(StageText.Of(M), ("min-keep", MinKeep, 1));

    /// <inheritdoc/>
    public override string? CannotActAfter(SamplerStage earlier) =>
        earlier is MinP before && before.MinKeep <= MinKeep && M <= before.M ? $"{earlier} has removed more already" : null;

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (M > 0)
        {
            candidates.KeepAtLeast(candidates.Max + Math.Log(M), MinKeep);
        }
    }
}
