namespace Winnow.Decoding.Stages;

/// <summary>Makes tokens of the prompt more likely, against inventing: the repetition penalty with the reciprocal factor.</summary>
/// <param name="Factor">Above 0; 1 turns the stage off.</param>
/// <remarks>Source: transformers' EncoderRepetitionPenaltyLogitsProcessor. Cost: O(prompt).</remarks>
public sealed record EncoderRepetitionPenalty(double Factor) : SamplerStage
{
    private readonly RepetitionPenalty _reward = new(1 / Factor) { Scope = PenaltyScope.Prompt };

    /// <summary>Factor.</summary>
    public double Factor { get; } = Limits.Within(Factor, 1e-6, 1e6, "1 turns it off.");

    /// <inheritdoc/>
    public override string Name => "encoder-repetition-penalty";

    /// <inheritdoc/>
    public override bool IsNeutral => Factor.Equals(1);

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => StageText.Of(Factor);

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state) =>
        _reward.Apply(ref candidates, context, state);
}
