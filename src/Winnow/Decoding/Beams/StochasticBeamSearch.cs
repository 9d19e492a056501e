using System.Collections.Immutable;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Beams;

/// <summary>A sequence drawn without replacement.</summary>
/// <param name="Tokens">Generated tokens, the end token included where there is one.</param>
/// <param name="LogProb">φ, natural-log probability of the sequence.</param>
/// <param name="Perturbed">G, its log-probability with Gumbel noise; larger ones were drawn earlier.</param>
/// <param name="InclusionProbability">Probability that a sequence of this probability is among the k, given the threshold; 1 where fewer than k + 1 exist.</param>
public sealed record DrawnSequence(ImmutableArray<int> Tokens, double LogProb, double Perturbed, double InclusionProbability)
{
    /// <summary>Importance weight for estimates over all sequences: probability over inclusion probability.</summary>
    public double Weight => Math.Exp(LogProb) / InclusionProbability;
}

/// <summary>Draws k different sequences from a model, exactly as k draws without replacement would.</summary>
/// <remarks>
/// Source: Kool, van Hoof and Welling, "Stochastic Beams and Where to Find Them" (ICML 2019). One more sequence than asked
/// for is kept: its G is the threshold κ of the inclusion probabilities 1 − exp(−exp(φ − κ)). No length penalty and no
/// early stop, which would break exactness. Differs from the paper's listing: the root's G is drawn instead of 0. Cost: one pass over k + 1 rows a token.
/// </remarks>
public static class StochasticBeamSearch
{
    /// <summary>Draws sequences.</summary>
    /// <param name="model">Any white-box model.</param>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="k">Sequences; at least 1.</param>
    /// <param name="maxTokens">Generated tokens at most; sequences are cut there. At least 1.</param>
    /// <param name="endTokens">Tokens that end a sequence.</param>
    /// <param name="uniforms">Numbers named <c>gumbel</c>.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>At most k sequences, in the order they were drawn.</returns>
    public static IReadOnlyList<DrawnSequence> Run(
        ILanguageModel model, ReadOnlySpan<int> prompt, int k, int maxTokens, IReadOnlyCollection<int> endTokens, IUniforms uniforms,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(uniforms);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        using ISession session = model.Open(RowLimits.For(model, prompt.Length, k + 1, maxTokens));
        session.Add(prompt);
        SamplerWorkspace workspace = new();
        // The largest G of all sequences is itself Gumbel distributed. Setting it to 0 would leave the draw as it is, but
        // the threshold would no longer have the distribution that inclusion probabilities stand on.
        List<Node> beam = [new Node([], 0, GumbelTopK.Noise(uniforms.Next("gumbel", 0, 0, 0)), SessionRow: 0, IsEnded: false)];
        for (int step = 1; step <= maxTokens && beam.Exists(n => !n.IsEnded); step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<Node> children = [.. beam.Where(n => n.IsEnded)];
            foreach (Node parent in beam.Where(n => !n.IsEnded))
            {
                Expand(session, parent, k + 1, endTokens, uniforms, step, workspace, children);
            }
            beam = [.. children.OrderByDescending(n => n.Perturbed).Take(k + 1)];
            Node[] running = [.. beam.Where(n => !n.IsEnded)];
            if (running.Length > 0 && step < maxTokens)
            {
                session.Reorder(Array.ConvertAll(running, n => n.SessionRow));
                session.Forward(
                    new TokenBatch([.. Enumerable.Range(0, running.Length)], [.. Enumerable.Repeat(1, running.Length)], Array.ConvertAll(running, n => n.Tokens[^1])),
                    Read.LastLogits);
                int row = 0;
                beam = beam.ConvertAll(n => n.IsEnded ? n : n with { SessionRow = row++ });
            }
        }
        double threshold = beam.Count > k ? beam[k].Perturbed : double.NegativeInfinity;
        return [.. beam.Take(k).Select(n => new DrawnSequence(n.Tokens, n.LogProb, n.Perturbed, Inclusion(n.LogProb, threshold)))];
    }

    /// <summary>Probability that a sequence is among those above a threshold: 1 − exp(−exp(φ − κ)).</summary>
    public static double Inclusion(double logProb, double threshold) => -MathNet.Numerics.SpecialFunctions.Expm1(-Math.Exp(logProb - threshold));

    private static void Expand(
        ISession session, Node parent, int keep, IReadOnlyCollection<int> endTokens, IUniforms uniforms, int step, SamplerWorkspace workspace, List<Node> children)
    {
        Candidates candidates = Candidates.Load(session.Logits(parent.SessionRow, session.Length(parent.SessionRow) - 1), workspace);
        double normalizer = candidates.LogNormalizer;
        double[] logProbs = new double[candidates.Count], noise = new double[candidates.Count], perturbed = new double[candidates.Count];
        int slot = Hash(parent.Tokens);
        for (int token = 0; token < logProbs.Length; token++)
        {
            logProbs[token] = parent.LogProb + candidates.Logits[token] - normalizer;
            noise[token] = uniforms.Next("gumbel", slot, token, step);
        }
        ConditionalGumbel.Perturb(parent.Perturbed, logProbs, noise, perturbed);
        foreach (int token in GumbelTopK.Top(perturbed, keep))
        {
            children.Add(new Node(parent.Tokens.Add(token), logProbs[token], perturbed[token], parent.SessionRow, endTokens.Contains(token)));
        }
    }

    // The noise of a node belongs to its path, wherever in the beam it stands.
    private static int Hash(ImmutableArray<int> path)
    {
        ulong hash = 0;
        foreach (int token in path)
        {
            hash = Seeds.Mix(hash ^ (uint)token);
        }
        return (int)hash;
    }

    private sealed record Node(ImmutableArray<int> Tokens, double LogProb, double Perturbed, int SessionRow, bool IsEnded);
}
