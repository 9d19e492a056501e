namespace Winnow.Decoding;

/// <summary>Classifier-free guidance: moves the distribution of a prompt away from that of a prompt without its condition.</summary>
/// <remarks>Source: Sanchez et al., "Stay on Topic with Classifier-Free Guidance" (2023).</remarks>
public static class Guidance
{
    /// <summary>Guided logits: l = lᵤ + g·(l_c − lᵤ), on log-softmaxed scores.</summary>
    /// <param name="conditional">Shape [V]; logits after the prompt.</param>
    /// <param name="unconditional">Shape [V]; logits after the prompt without its condition.</param>
    /// <param name="scale">g; 1 is the prompt alone, more exaggerates it; finite.</param>
    /// <param name="workspace">Buffers of this thread.</param>
    /// <param name="guided">Shape [V]; receives the scores; −∞ where the conditional logits are.</param>
    public static void Mix(
        ReadOnlySpan<float> conditional, ReadOnlySpan<float> unconditional, double scale, SamplerWorkspace workspace, Span<float> guided)
    {
        if (conditional.Length != unconditional.Length || guided.Length != conditional.Length)
        {
            throw new ArgumentException($"There are {conditional.Length} and {unconditional.Length} logits and room for {guided.Length}; all need one vocabulary.", nameof(unconditional));
        }
        if (!double.IsFinite(scale))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The guidance scale must be finite; 1 is none.");
        }
        double with = Candidates.Load(conditional, workspace).LogNormalizer;
        double without = Candidates.Load(unconditional, workspace).LogNormalizer;
        for (int i = 0; i < guided.Length; i++)
        {
            double c = conditional[i] - with, u = unconditional[i] - without;
            guided[i] = double.IsNegativeInfinity(c) ? float.NegativeInfinity : double.IsNegativeInfinity(u) ? (float)c : (float)(u + scale * (c - u));
        }
    }
}
