using System.Globalization;

namespace Winnow.Decoding.Stages;

/// <summary>Keeps the k most probable tokens; among equals the lower ids.</summary>
/// <param name="K">Tokens kept; 0 turns the stage off. Usual: 40 (llama.cpp), 50 (transformers).</param>
/// <remarks>Source: Fan, Lewis and Dauphin (2018). Cost: O(V), about one read of the logits for k up to a few hundred.</remarks>
public sealed record TopK(int K) : SamplerStage
{
    /// <summary>Tokens kept.</summary>
    public int K { get; } = Limits.AtLeast(K, 0, "0 turns it off.");

    /// <summary>Tokens kept at least, when ties are counted; at least 1.</summary>
    public int MinKeep { get; init => field = Limits.AtLeast(value, 1, "One token must remain."); } = 1;

    /// <summary>Whether everything equal to the k-th logit stays too (transformers) or exactly k stay (llama.cpp, the default).</summary>
    public bool TiesInclusive { get; init; }

    /// <inheritdoc/>
    public override string Name => "top-k";

    /// <inheritdoc/>
    public override bool IsNeutral => K == 0;

    /// <inheritdoc/>
    public override int? MostKept => K == 0 || TiesInclusive ? null : Math.Max(K, MinKeep);

    /// <inheritdoc/>
    protected override string Settings =>
        StageText.Join(K.ToString(CultureInfo.InvariantCulture), ("min-keep", MinKeep, 1), ("ties", TiesInclusive ? 1 : 0, 0));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (K > 0)
        {
            candidates.KeepTop(Math.Max(K, MinKeep), TiesInclusive);
        }
    }
}
