namespace Winnow.Decoding.Stages;

/// <summary>Makes tokens of the window less likely: a positive logit is divided by Factor, another one multiplied.</summary>
/// <param name="Factor">θ; above 0; 1 turns the stage off; below 1 rewards. Usual: 1.1 … 1.3.</param>
/// <remarks>
/// Source: Keskar et al., "CTRL" (2019). Known defect: the raw form depends on where the model puts the zero of its
/// logits; <see cref="Normalised"/> applies it to log-probabilities, which are always multiplied. Cost: O(window).
/// </remarks>
public sealed record RepetitionPenalty(double Factor) : SamplerStage
{
    /// <summary>θ.</summary>
    public double Factor { get; } = Limits.Within(Factor, 1e-6, float.MaxValue, "1 turns it off; below 1 rewards repetition.");

    /// <summary>Tokens looked at, from the end; negative means all, the default (transformers); llama.cpp uses 64.</summary>
    public int LastN { get; init; } = -1;

    /// <summary>Which part of the row is looked at.</summary>
    public PenaltyScope Scope { get; init; }

    /// <summary>Tokens at the front of the row that are not looked at; at least 0.</summary>
    public int IgnorePrefix { get; init => field = Limits.AtLeast(value, 0, "It is a number of tokens."); }

    /// <summary>Whether log-probabilities are penalised instead of raw logits.</summary>
    public bool Normalised { get; init; }

    /// <inheritdoc/>
    public override string Name => "repetition-penalty";

    /// <inheritdoc/>
    public override bool IsNeutral => Factor.Equals(1);

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(
        StageText.Of(Factor), ("last", LastN, -1), ("scope", (int)Scope, 0), ("ignore-prefix", IgnorePrefix, 0), ("normalised", Normalised ? 1 : 0, 0));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (IsNeutral)
        {
            return;
        }
        if (Normalised)
        {
            LogSoftmax.Apply(ref candidates);
        }
        int ignored = Math.Min(IgnorePrefix, context.Tokens.Length);
        StepContext rest = new(context.Tokens[ignored..], context.PromptLength - ignored, context.Uniforms);
        ReadOnlySpan<int> window = TokenWindow.Of(rest, Scope, LastN);
        Span<int> counts = TokenWindow.Count(window, candidates.VocabularySize, candidates.Workspace);
        Span<float> logits = candidates.Edit();
        foreach (int token in window)
        {
            if (TokenWindow.Take(counts, token) > 0 && candidates.IndexOf(token) is >= 0 and var i)
            {
                logits[i] = Penalise(logits[i], Factor, Normalised);
            }
        }
    }

    internal static float Penalise(float logit, double factor, bool isNormalised) =>
        (float)(logit > 0 && !isNormalised ? logit / factor : logit * factor);
}
