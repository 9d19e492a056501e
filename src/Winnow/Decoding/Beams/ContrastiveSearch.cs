using System.Numerics.Tensors;
using Winnow.Models;

namespace Winnow.Decoding.Beams;

/// <summary>A text found by contrastive search.</summary>
/// <param name="Tokens">Generated tokens, the end token included where there is one.</param>
/// <param name="LogProb">Their natural-log probability under the model.</param>
public sealed record ContrastiveText(IReadOnlyList<int> Tokens, double LogProb);

/// <summary>Contrastive search: among the k most probable tokens, the one that is probable and unlike what was said before.</summary>
/// <remarks>
/// Source: Su et al., "A Contrastive Framework for Neural Text Generation" (2022). Score (1 − α)·p − α·max cosine between
/// the token's hidden state and those of the whole context. Small or anisotropic models degenerate. Cost: k rows a token.
/// </remarks>
public static class ContrastiveSearch
{
    /// <summary>Scores of candidates.</summary>
    /// <param name="context">Hidden states of the context, shape [t × width], row after row; t ≥ 1.</param>
    /// <param name="candidates">Hidden states of the candidates, shape [k × width].</param>
    /// <param name="probabilities">Shape [k].</param>
    /// <param name="alpha">α, weight of being different; 0 … 1; 0.6 is usual.</param>
    /// <param name="similarities">Shape [k]; receives the largest cosine with the context.</param>
    /// <param name="scores">Shape [k]; receives the scores.</param>
    /// <returns>The best candidate, the earlier among equals.</returns>
    public static int Score(
        ReadOnlySpan<float> context, ReadOnlySpan<float> candidates, ReadOnlySpan<double> probabilities, double alpha,
        Span<double> similarities, Span<double> scores)
    {
        int count = probabilities.Length;
        if (count == 0 || candidates.Length % count != 0 || context.Length % (candidates.Length / count) != 0 || context.IsEmpty)
        {
            throw new ArgumentException($"{candidates.Length} numbers of {count} candidates and {context.Length} of the context do not have one width.", nameof(candidates));
        }
        int width = candidates.Length / count;
        int best = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> own = candidates.Slice(i * width, width);
            similarities[i] = double.NegativeInfinity;
            for (int j = 0; j < context.Length; j += width)
            {
                similarities[i] = Math.Max(similarities[i], TensorPrimitives.CosineSimilarity(own, context.Slice(j, width)));
            }
            scores[i] = (1 - alpha) * probabilities[i] - alpha * similarities[i];
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    /// <summary>Generates a continuation.</summary>
    /// <param name="model">Any white-box model.</param>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="alpha">α; 0 … 1.</param>
    /// <param name="k">Candidates a token; at least 1; 4 … 10 is usual.</param>
    /// <param name="maxTokens">Generated tokens at most; at least 1.</param>
    /// <param name="endTokens">Tokens that end it; the end token is part of it.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    public static ContrastiveText Run(
        ILanguageModel model, ReadOnlySpan<int> prompt, double alpha, int k, int maxTokens, IReadOnlyCollection<int> endTokens,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!(alpha is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "The weight of being different lies in [0, 1].");
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        k = Math.Min(k, model.Info.VocabularySize);
        using ISession session = model.Open(RowLimits.For(model, prompt.Length, k, maxTokens));
        int width = model.Info.Width;
        List<float> context = [];
        // Adding a prompt leaves only its last hidden state to be read, and all are needed: the rest is forwarded.
        session.Add(prompt[..1]);
        context.AddRange(session.Hidden(0, 0));
        if (prompt.Length > 1)
        {
            session.Forward(new TokenBatch([0], [prompt.Length - 1], prompt[1..]), Read.LastLogits | Read.AllHidden);
        }
        for (int i = 1; i < prompt.Length; i++)
        {
            context.AddRange(session.Hidden(0, i));
        }
        SamplerWorkspace workspace = new();
        List<int> generated = [];
        double logProb = 0;
        while (generated.Count < maxTokens)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = session.Length(0);
            Candidates left = Candidates.Load(session.Logits(0, length - 1), workspace);
            double normalizer = left.LogNormalizer;
            left.KeepTop(k);
            int[] ids = new int[left.Count];
            left.CopyIds(ids);
            float[] logits = left.Logits.ToArray();
            double[] probabilities = Array.ConvertAll(logits, l => Math.Exp(l - normalizer));
            session.Reorder(new int[ids.Length]);
            session.Forward(new TokenBatch([.. Enumerable.Range(0, ids.Length)], [.. Enumerable.Repeat(1, ids.Length)], ids), Read.LastLogits | Read.LastHidden);
            float[] hidden = new float[ids.Length * width];
            for (int i = 0; i < ids.Length; i++)
            {
                session.Hidden(i, length).CopyTo(hidden.AsSpan(i * width));
            }
            int best = Score(
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(context), hidden, probabilities, alpha, new double[ids.Length], new double[ids.Length]);
            generated.Add(ids[best]);
            logProb += logits[best] - normalizer;
            if (endTokens.Contains(ids[best]))
            {
                break;
            }
            context.AddRange(hidden.AsSpan(best * width, width));
            session.Reorder([best]);
        }
        return new ContrastiveText(generated, logProb);
    }
}
