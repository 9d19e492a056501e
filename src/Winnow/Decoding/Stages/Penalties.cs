namespace Winnow.Decoding.Stages;

/// <summary>llama.cpp's penalties over one window: repetition first, then frequency and presence are subtracted.</summary>
/// <remarks>Cost: O(window): only its distinct tokens are touched.</remarks>
public sealed record Penalties : SamplerStage
{
    /// <summary>Tokens looked at, from the end; negative means all; default 64.</summary>
    public int LastN { get; init; } = 64;

    /// <summary>θ of the repetition penalty; above 0; 1 is none.</summary>
    public double Repeat { get; init => field = Limits.Within(value, 1e-6, float.MaxValue, "1 is none."); } = 1;

    /// <summary>Subtracted for each occurrence; negative rewards; 0 is none.</summary>
    public double Frequency { get; init => field = Limits.Within(value, float.MinValue, float.MaxValue, "0 is none."); }

    /// <summary>Subtracted once from a token that occurs; negative rewards; 0 is none.</summary>
    public double Presence { get; init => field = Limits.Within(value, float.MinValue, float.MaxValue, "0 is none."); }

    /// <summary>Which part of the row is looked at; OpenAI and vLLM look at the output for frequency and presence.</summary>
    public PenaltyScope Scope { get; init; }

    /// <inheritdoc/>
    public override string Name => "penalties";

    /// <inheritdoc/>
    public override bool IsNeutral => LastN == 0 || (Repeat.Equals(1) && Frequency.Equals(0) && Presence.Equals(0));

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(
        "", ("repeat", Repeat, 1), ("frequency", Frequency, 0), ("presence", Presence, 0), ("last", LastN, 64), ("scope", (int)Scope, 0));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (IsNeutral)
        {
            return;
        }
        ReadOnlySpan<int> window = TokenWindow.Of(context, Scope, LastN);
        Span<int> counts = TokenWindow.Count(window, candidates.VocabularySize, candidates.Workspace);
        Span<float> logits = candidates.Edit();
        foreach (int token in window)
        {
            int count = TokenWindow.Take(counts, token);
            if (count > 0 && candidates.IndexOf(token) is >= 0 and var i)
            {
                float repeated = Repeat.Equals(1) ? logits[i] : RepetitionPenalty.Penalise(logits[i], Repeat, isNormalised: false);
                logits[i] = (float)(repeated - count * Frequency - Presence);
            }
        }
    }
}
