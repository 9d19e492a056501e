namespace Winnow.Decoding.Stages;

/// <summary>Keeps the most probable tokens while the entropy they carry stays under a share of the whole.</summary>
/// <param name="Share">Share of the entropy; 0 … 1.</param>
/// <remarks>
/// Source: Potraghloo et al., "Top-H Decoding" (arXiv 2509.02510). Terms −p ln p of the best <see cref="Cap"/> tokens are
/// added in descending order of probability; a token stays while the sum is at most Share·H. The first always stays.
/// Cost: O(V).
/// </remarks>
public sealed record TopH(double Share) : SamplerStage
{
    /// <summary>Share of the entropy.</summary>
    public double Share { get; } = Limits.Within(Share, 0, 1, "It is a share of the entropy.");

    /// <summary>Tokens looked at, and so kept, at most; at least 1; default 100.</summary>
    public int Cap { get; init => field = Limits.AtLeast(value, 1, "One token must remain."); } = 100;

    /// <inheritdoc/>
    public override string Name => "top-h";

    /// <inheritdoc/>
    public override int? MostKept => Cap;

    /// <inheritdoc/>
    protected override string Settings => StageText.Join(StageText.Of(Share), ("cap", Cap, 100));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        double bound = Share * candidates.Entropy;
        double normalizer = candidates.LogNormalizer;
        candidates.KeepTop(Cap);
        Span<float> descending = candidates.Workspace.Selection(candidates.Count);
        candidates.Logits.CopyTo(descending);
        descending.Sort();
        descending.Reverse();
        double sum = 0;
        int kept = 0;
        foreach (float logit in descending)
        {
            double logProb = logit - normalizer;
            sum -= double.IsFinite(logProb) ? Math.Exp(logProb) * logProb : 0;
            // A rounding error must not drop tokens of a uniform distribution at a share of 1.
            if (kept > 0 && sum > bound + 1e-6)
            {
                break;
            }
            kept++;
        }
        candidates.KeepTop(kept);
    }
}
