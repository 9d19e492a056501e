namespace Winnow.Decoding.Stages;

/// <summary>
/// Locally typical sampling: keeps the tokens whose information content is nearest to the entropy, until their
/// probability reaches Mass. The most probable token may go.
/// </summary>
/// <param name="Mass">Mass kept; 0 … 1; 1 turns the stage off. Usual: 0.2 for stories, 0.95 for summaries.</param>
/// <remarks>
/// Source: Meister, Pimentel, Wiher and Cotterell, "Locally Typical Sampling" (2023). |−ln p − H| equals the distance of
/// the logit from the mean logit, which is how it is computed. Ties: the more probable first, then the lower id.
/// Defined on the full distribution: behind top-k it is another method. Cost: O(V), no sort.
/// </remarks>
public sealed record Typical(double Mass) : SamplerStage
{
    /// <summary>Mass kept.</summary>
    public double Mass { get; } = Limits.Within(Mass, 0, 1, "It is a probability mass; 1 turns it off.");

    /// <summary>Tokens kept at least; at least 1.</summary>
    public int MinKeep { get; init => field = Limits.AtLeast(value, 1, "One token must remain."); } = 1;

    /// <summary>Whether everything as typical as the last token stays too (transformers) or the shortest prefix (the default).</summary>
    public bool TiesInclusive { get; init; }

    /// <inheritdoc/>
    public override string Name => "typical";

    /// <inheritdoc/>
    public override bool IsNeutral => Mass >= 1;

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(StageText.Of(Mass), ("min-keep", MinKeep, 1), ("ties", TiesInclusive ? 1 : 0, 0));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (Mass >= 1)
        {
            return;
        }
        (double weightedShift, float min) = candidates.WeightedMoment();
        float centre = (float)(candidates.Max + weightedShift / candidates.TotalWeight);
        float reach = MathF.Min(MathF.Max(candidates.Max - centre, centre - min), float.MaxValue);
        candidates.KeepNearest(centre, reach, Mass, MinKeep, TiesInclusive);
    }
}
