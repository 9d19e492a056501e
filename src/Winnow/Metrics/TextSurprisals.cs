using System.Runtime.CompilerServices;
using Winnow.Inference;
using Winnow.Models;

namespace Winnow.Metrics;

/// <summary>How surprised a model is by each token of texts. Collections that were read are remembered while they live.</summary>
/// <remarks>
/// The first token is predicted where the tokenizer begins texts with a token of its own, and else left out. A text longer
/// than the window is read in windows that overlap by half, so that every token but the first half of the first window is
/// predicted from at least half a window. Texts are read one after another; not thread-safe. Cost: one pass over each text,
/// about two over a long one.
/// </remarks>
public sealed class TextSurprisals
{
    private const int LongestWindow = 2048;

    private readonly ILanguageModel _model;
    private readonly ConditionalWeakTable<IReadOnlyList<string>, double[][]> _read = [];

    /// <summary>Reads with a model.</summary>
    /// <param name="model">Any white-box model; stays the caller's.</param>
    /// <param name="window">Tokens that are read together at most, at least 2; null: the model's context, at most 2,048.</param>
    public TextSurprisals(ILanguageModel model, int? window = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        Window = window ?? Math.Min(model.Info.ContextLength, LongestWindow);
        if (Window < 2 || Window > model.Info.ContextLength)
        {
            throw new ArgumentOutOfRangeException(nameof(window), Window, $"A window has 2 tokens to those of the context of {model.Info.Name}, {model.Info.ContextLength}.");
        }
    }

    /// <summary>Name of the model.</summary>
    public string ModelName => _model.Info.Name;

    /// <summary>Tokens that are read together at most.</summary>
    public int Window { get; }

    /// <summary>Surprisals of all texts.</summary>
    /// <param name="texts">Shape [N].</param>
    /// <param name="cancellationToken">Stops between texts.</param>
    /// <returns>Shape [N][tokens predicted]; nats, at least 0.</returns>
    public double[][] Of(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (!_read.TryGetValue(texts, out double[][]? surprisals))
        {
            surprisals = new double[texts.Count][];
            for (int i = 0; i < surprisals.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                surprisals[i] = Of(texts[i]);
            }
            _read.AddOrUpdate(texts, surprisals);
        }
        return surprisals;
    }

    /// <summary>Surprisals of the tokens of one text.</summary>
    /// <returns>Shape [tokens predicted]; nats, at least 0; empty for a text of fewer than two tokens, the beginning counted.</returns>
    public double[] Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int[] tokens = _model.Vocabulary.Encode(text, addSpecialTokens: true);
        if (tokens.Length < 2)
        {
            return [];
        }
        var surprisals = new List<double>(tokens.Length);
        using ISession session = _model.Open(new SessionOptions { MaxRows = 1, MaxCachedTokens = 2 * Window });
        for (int start = 0; surprisals.Count < tokens.Length - 1; start += Window / 2)
        {
            int end = Math.Min(tokens.Length, start + Window);
            session.Reorder([]);
            session.Add(tokens.AsSpan(start, 1));
            session.Forward(new TokenBatch([0], [end - start - 1], tokens.AsSpan(start + 1, end - start - 1)), Read.LogProbs);
            // Entry i of this window is token start + 1 + i; what the window before it predicted stays.
            foreach (float logProb in session.LogProbs(0)[(surprisals.Count - start)..])
            {
                surprisals.Add(-Math.Min(0, (double)logProb));
            }
        }
        return [.. surprisals];
    }
}
