namespace Winnow.Decoding.Stages;

/// <summary>Lets broken logits pass: NaN becomes 0, ±∞ the largest and smallest finite float. Stands first, and only where asked for.</summary>
/// <remarks>Source: transformers' InfNanRemoveLogitsProcessor. Without it such logits are an error, except −∞, which is a token that is out.</remarks>
public sealed record Sanitize : SamplerStage
{
    /// <inheritdoc/>
    public override string Name => "sanitize";

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => "";

    /// <inheritdoc/>
    public override string? CannotActAfter(SamplerStage earlier) => "broken logits are refused before any stage unless it stands first";

    /// <summary>Replaces what is not finite.</summary>
    /// <param name="logits">Shape [V].</param>
    /// <param name="clean">Shape [V]; receives finite logits.</param>
    public static void Clean(ReadOnlySpan<float> logits, Span<float> clean)
    {
        for (int i = 0; i < logits.Length; i++)
        {
            clean[i] = float.IsNaN(logits[i]) ? 0 : Math.Clamp(logits[i], float.MinValue, float.MaxValue);
        }
    }

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state) =>
        Clean(candidates.Logits, candidates.Edit());
}
