namespace Winnow.Decoding.Speculation;

/// <summary>The arithmetic of speculative sampling: drafted tokens are accepted so that the output is distributed as the target's.</summary>
/// <remarks>
/// Source: Leviathan, Kalman and Matias (2023); Chen et al. (2023). Both distributions are those after the whole chain,
/// at the same temperature and truncation.
/// </remarks>
public static class SpeculativeSampling
{
    /// <summary>Probability that a drafted token is accepted: min(1, p/q).</summary>
    /// <param name="target">p, the token's probability under the target; 0 … 1.</param>
    /// <param name="draft">q, its probability under the draft; above 0, for it was drawn.</param>
    public static double AcceptanceProbability(double target, double draft) => target >= draft ? 1 : target / draft;

    /// <summary>The distribution to draw from after a rejection: max(0, p − q), normalised.</summary>
    /// <param name="target">p; shape [V]; sums to 1.</param>
    /// <param name="draft">q; shape [V]; sums to 1.</param>
    /// <param name="residual">Shape [V]; receives a distribution; p itself where p and q agree, for then nothing is rejected.</param>
    public static void Residual(ReadOnlySpan<double> target, ReadOnlySpan<double> draft, Span<double> residual)
    {
        RequireSameLength(target, draft);
        double sum = 0;
        for (int i = 0; i < target.Length; i++)
        {
            residual[i] = Math.Max(0, target[i] - draft[i]);
            sum += residual[i];
        }
        if (sum <= 0)
        {
            target.CopyTo(residual);
            return;
        }
        for (int i = 0; i < target.Length; i++)
        {
            residual[i] /= sum;
        }
    }

    /// <summary>Expected share of drafted tokens that are accepted: Σ min(p, q), one minus the total variation distance.</summary>
    public static double ExpectedAcceptance(ReadOnlySpan<double> target, ReadOnlySpan<double> draft)
    {
        RequireSameLength(target, draft);
        double sum = 0;
        for (int i = 0; i < target.Length; i++)
        {
            sum += Math.Min(target[i], draft[i]);
        }
        return sum;
    }

    /// <summary>Expected tokens that a round yields: (1 − α^(γ+1)) / (1 − α).</summary>
    /// <param name="acceptance">α, probability that a drafted token is accepted; 0 … 1.</param>
    /// <param name="drafted">γ, tokens drafted a round; at least 0.</param>
    public static double ExpectedTokens(double acceptance, int drafted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(drafted);
        return acceptance >= 1 ? drafted + 1 : (1 - Math.Pow(acceptance, drafted + 1)) / (1 - acceptance);
    }

    /// <summary>Expected speed-up over drawing from the target alone.</summary>
    /// <param name="acceptance">α; 0 … 1.</param>
    /// <param name="drafted">γ; at least 0.</param>
    /// <param name="costRatio">c, time of a draft step over time of a target step; at least 0.</param>
    public static double Speedup(double acceptance, int drafted, double costRatio) =>
        ExpectedTokens(acceptance, drafted) / (drafted * costRatio + 1);

    /// <summary>The number of tokens to draft that is fastest for a measured acceptance.</summary>
    /// <param name="acceptance">α; 0 … 1.</param>
    /// <param name="costRatio">c; at least 0.</param>
    /// <param name="most">The greatest number considered.</param>
    public static int BestDraftLength(double acceptance, double costRatio, int most = 16) =>
        Enumerable.Range(0, most + 1).MaxBy(drafted => Speedup(acceptance, drafted, costRatio));

    private static void RequireSameLength(ReadOnlySpan<double> target, ReadOnlySpan<double> draft)
    {
        if (target.Length != draft.Length)
        {
            throw new ArgumentException($"The target has {target.Length} probabilities and the draft {draft.Length}; both need the same vocabulary.", nameof(draft));
        }
    }
}
