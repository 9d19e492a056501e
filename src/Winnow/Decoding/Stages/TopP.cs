namespace Winnow.Decoding.Stages;

/// <summary>Nucleus sampling: the shortest list of most probable tokens whose probability reaches P.</summary>
/// <param name="P">Mass kept; 0 … 1; 1 turns the stage off; 0 keeps one token. The token that crosses P stays.</param>
/// <remarks>
/// Source: Holtzman et al., "The Curious Case of Neural Text Degeneration" (2020). A slack of 10⁻⁶ keeps a mass that
/// equals P in exact arithmetic from adding a token. Cost: O(V), no sort.
/// </remarks>
public sealed record TopP(double P) : SamplerStage
{
    /// <summary>Mass kept.</summary>
    public double P { get; } = Limits.Within(P, 0, 1, "It is a probability mass; 1 turns it off.");

    /// <summary>Tokens kept at least; at least 1.</summary>
    public int MinKeep { get; init => field = Limits.AtLeast(value, 1, "One token must remain."); } = 1;

    /// <inheritdoc/>
    public override string Name => "top-p";

    /// <inheritdoc/>
    public override bool IsNeutral => P >= 1;

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(StageText.Of(P), ("min-keep", MinKeep, 1));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (P >= 1)
        {
            return;
        }
        // Tokens less probable than (1 − P)/n add up to less than 1 − P: none of them is in the nucleus.
        double least = Math.Log((1 - P) * candidates.TotalWeight / candidates.Count);
        candidates.KeepNearest(candidates.Max, (float)Math.Max(1, 1 - least), P, MinKeep, tiesInclusive: false);
    }
}
