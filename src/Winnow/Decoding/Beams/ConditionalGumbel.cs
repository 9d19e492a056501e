using Winnow.Numerics;

namespace Winnow.Decoding.Beams;

/// <summary>Gumbel noise of the children of a node, given that the largest of them equals the node's own.</summary>
/// <remarks>Source: Kool, van Hoof and Welling, "Stochastic Beams and Where to Find Them" (ICML 2019), appendix B.3 for the stable form.</remarks>
public static class ConditionalGumbel
{
    /// <summary>Perturbed log-probabilities of the children.</summary>
    /// <param name="parentPerturbed">G of the parent; 0 at the root.</param>
    /// <param name="childLogProbs">φ of the children, shape [n]: log-probability of the whole path; −∞ allowed.</param>
    /// <param name="uniforms">Shape [n]; each in [0, 1).</param>
    /// <param name="perturbed">Shape [n]; receives G of the children, whose maximum is exactly the parent's.</param>
    public static void Perturb(double parentPerturbed, ReadOnlySpan<double> childLogProbs, ReadOnlySpan<double> uniforms, Span<double> perturbed)
    {
        GumbelTopK.Perturb(childLogProbs, uniforms, perturbed);
        double largest = double.NegativeInfinity;
        foreach (double g in perturbed)
        {
            largest = Math.Max(largest, g);
        }
        for (int i = 0; i < perturbed.Length; i++)
        {
            perturbed[i] = Truncate(parentPerturbed, perturbed[i], largest);
        }
    }

    private static double Truncate(double parent, double raw, double largest)
    {
        if (double.IsNegativeInfinity(raw))
        {
            return raw;
        }
        if (raw >= largest)
        {
            return parent;
        }
        double v = parent - raw + LogOnePlus(-Math.Exp(raw - largest));
        return parent - Math.Max(0, v) - LogOnePlus(Math.Exp(-Math.Abs(v)));
    }

    // ln(1 + x) without cancellation for small x.
    private static double LogOnePlus(double x) => MathNet.Numerics.SpecialFunctions.Log1p(x);
}
