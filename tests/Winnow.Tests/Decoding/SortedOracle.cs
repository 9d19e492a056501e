using Winnow.Decoding;
using Winnow.Decoding.Kernels;
using Winnow.Decoding.Stages;
using Winnow.Inference.Kernels;
using Winnow.Numerics;

namespace Winnow.Tests.Decoding;

/// <summary>Truncations by sorting the whole vocabulary: slow, plain, and the answer that the quick forms must give exactly.</summary>
internal static class SortedOracle
{
    /// <summary>The tokens that a truncation keeps, ascending.</summary>
    public static int[] Kept(SamplerStage stage, float[] logits)
    {
        int[] finite = [.. Enumerable.Range(0, logits.Length).Where(i => !float.IsNegativeInfinity(logits[i]))];
        int[] byLogit = [.. finite.OrderByDescending(i => logits[i]).ThenBy(i => i)];
        float max = logits[byLogit[0]];
        float[] weights = new float[logits.Length];
        Exponential.Apply(logits, max, 1, weights);
        long total = finite.Sum(i => FixedPoint.Of(weights[i]));
        double normalizer = max + Math.Log(total / FixedPoint.One);
        return stage switch
        {
            TopK top => Sorted(byLogit.Take(top.K)),
            TopP top => Sorted(Prefix(byLogit, weights, total, top.P, top.MinKeep)),
            MinP min => Sorted(AtLeast(byLogit, logits, max + Math.Log(min.M), min.MinKeep)),
            EpsilonCutoff cut => Sorted(AtLeast(byLogit, logits, normalizer + Math.Log(cut.Epsilon), cut.MinKeep)),
            Typical typical => Sorted(Prefix(ByTypicality(finite, logits, weights, max), weights, total, typical.Mass, typical.MinKeep)),
            MirostatV2 mirostat => Sorted(AtLeast(byLogit, logits, normalizer - 2 * mirostat.Target * Math.Log(2), 1)),
            Xtc xtc => Sorted(WithoutTopChoices(byLogit, logits, normalizer + Math.Log(xtc.Threshold), xtc.MinKeep)),
            _ => throw new ArgumentException($"{stage} has no oracle."),
        };
    }

    /// <summary>The tokens that the stage itself keeps, ascending.</summary>
    public static int[] KeptBy(SamplerStage stage, float[] logits, SamplerWorkspace workspace)
    {
        Candidates left = Candidates.Load(logits, workspace);
        stage.Apply(ref left, new StepContext([], 0, new HashedUniforms(1)), stage.Open());
        List<int> kept = [];
        for (int i = 0; i < left.Count; i++)
        {
            if (!float.IsNegativeInfinity(left.Logits[i]))
            {
                kept.Add(left.IdAt(i));
            }
        }
        return [.. kept];
    }

    private static int[] ByTypicality(int[] finite, float[] logits, float[] weights, float max)
    {
        // The mean logit is a sum whose last bits depend on its order: the pass that the stage makes is used as it is.
        double shift = LogitScan.WeightedMoment(logits, weights, max).WeightedShift;
        float centre = (float)(max + shift / (FixedPoint.Sum(weights) / FixedPoint.One));
        return [.. finite.OrderBy(i => MathF.Abs(logits[i] - centre)).ThenByDescending(i => logits[i]).ThenBy(i => i)];
    }

    private static IEnumerable<int> Prefix(int[] order, float[] weights, long total, double mass, int minKeep)
    {
        long target = Math.Max(1, (long)((mass - 1e-6) * total)), cumulative = 0;
        int kept = 0;
        foreach (int i in order)
        {
            if (cumulative >= target && kept >= minKeep)
            {
                yield break;
            }
            cumulative += FixedPoint.Of(weights[i]);
            kept++;
            yield return i;
        }
    }

    private static IEnumerable<int> AtLeast(int[] byLogit, float[] logits, double threshold, int minKeep) =>
        byLogit.Where((token, rank) => logits[token] >= (float)threshold || rank < minKeep);

    private static IEnumerable<int> WithoutTopChoices(int[] byLogit, float[] logits, double threshold, int minKeep)
    {
        int above = byLogit.Count(i => logits[i] >= (float)threshold);
        return above < 2 || byLogit.Length - (above - 1) < minKeep ? byLogit : byLogit.Skip(above - 1);
    }

    private static int[] Sorted(IEnumerable<int> tokens) => [.. tokens.Order()];
}
