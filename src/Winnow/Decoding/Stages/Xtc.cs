using System.Collections.Immutable;

namespace Winnow.Decoding.Stages;

/// <summary>Excludes top choices: sometimes removes all tokens above a threshold but the least probable of them.</summary>
/// <param name="Probability">How often the stage acts; 0 … 1; 0 turns it off. One uniform number <c>xtc</c> a step.</param>
/// <param name="Threshold">Probability from which a token is a top choice; 0 … 1; above 0.5 there are never two, so the stage is off.</param>
/// <remarks>Source: p-e-w, llama.cpp pull request 9742 (2024). Cost: O(V).</remarks>
public sealed record Xtc(double Probability, double Threshold = 0.1) : SamplerStage
{
    /// <summary>How often the stage acts.</summary>
    public double Probability { get; } = Limits.Within(Probability, 0, 1, "It is how often the stage acts.");

    /// <summary>Probability from which a token is a top choice.</summary>
    public double Threshold { get; } = Limits.Within(Threshold, 0, 1, "It is a probability; above 0.5 the stage is off.");

    /// <summary>Tokens that must remain for the stage to act; at least 1.</summary>
    public int MinKeep { get; init => field = Limits.AtLeast(value, 1, "One token must remain."); } = 1;

    /// <summary>Tokens that are never removed, for example the end of sequence and the line break.</summary>
    public ImmutableArray<int> Protected { get; init; } = [];

    /// <inheritdoc/>
    public override string Name => "xtc";

    /// <inheritdoc/>
    public override bool IsNeutral => Probability <= 0 || Threshold > 0.5;

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(StageText.Of(Probability) + ":" + StageText.Of(Threshold), ("min-keep", MinKeep, 1))
        + (Protected.IsEmpty ? "" : ":protected=" + StageText.Of(Protected));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (IsNeutral || context.Uniform("xtc") > Probability)
        {
            return;
        }
        float bound = (float)(candidates.LogNormalizer + Math.Log(Math.Max(Threshold, float.Epsilon)));
        ReadOnlySpan<float> logits = candidates.Logits;
        int above = 0, least = -1;
        for (int i = NextAtLeast(logits, 0, bound); i >= 0; i = NextAtLeast(logits, i + 1, bound))
        {
            above++;
            least = least < 0 || logits[i] <= logits[least] ? i : least;
        }
        if (above < 2 || candidates.FiniteCount - (above - 1) < MinKeep)
        {
            return;
        }
        Span<float> own = candidates.Edit();
        for (int i = NextAtLeast(own, 0, bound); i >= 0; i = NextAtLeast(own, i + 1, bound))
        {
            if (i != least && !Protected.Contains(candidates.IdAt(i)))
            {
                own[i] = float.NegativeInfinity;
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(Xtc? other) => other is not null && string.Equals(Settings, other.Settings, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Settings.GetHashCode(StringComparison.Ordinal);

    private static int NextAtLeast(ReadOnlySpan<float> logits, int start, float bound)
    {
        int found = Kernels.LogitScan.IndexOfAtLeast(logits[start..], bound);
        return found < 0 ? -1 : start + found;
    }
}
