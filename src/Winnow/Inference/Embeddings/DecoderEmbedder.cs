using Winnow.Models;

namespace Winnow.Inference.Embeddings;

/// <summary>Vectors of texts by the hidden states of a decoder, after its final norm.</summary>
public sealed class DecoderEmbedder : TextEmbedder
{
    /// <summary>Enough rows to use every weight that is fetched.</summary>
    private const int GroupTokens = 512;

    private readonly ILanguageModel _model;
    private readonly EmbeddingOptions _options;

    /// <summary>Vectors by a decoder.</summary>
    /// <param name="model">The decoder; disposed with the embedder.</param>
    /// <param name="options">How texts become vectors; null: the last token's state, not scaled.</param>
    /// <exception cref="ArgumentException">Texts may be longer than the model's context.</exception>
    public DecoderEmbedder(ILanguageModel model, EmbeddingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _options = options ?? new EmbeddingOptions();
        MaxTokens = _options.MaxTokens ?? model.Info.ContextLength;
        if (MaxTokens > model.Info.ContextLength)
        {
            throw new ArgumentException($"Texts of {MaxTokens} tokens were asked for; {model.Info.Name} reads at most {model.Info.ContextLength}.", nameof(options));
        }
    }

    /// <inheritdoc/>
    public override string Name => _model.Info.Name;

    /// <inheritdoc/>
    public override int Width => _model.Info.Width;

    /// <inheritdoc/>
    public override PoolingMode Pooling => _options.Pooling ?? PoolingMode.Last;

    /// <inheritdoc/>
    public override bool Normalizes => _options.Normalizes ?? false;

    /// <inheritdoc/>
    public override int MaxTokens { get; }

    /// <inheritdoc/>
    public override long Embed(IReadOnlyList<string> texts, Memory<float> vectors, CancellationToken cancellationToken = default)
    {
        Check(texts, vectors.Length);
        var batch = new TokenizedTexts(_model.Vocabulary, MaxTokens);
        for (int i = 0; i < texts.Count; i++)
        {
            batch.Add(texts[i]);
        }
        ReadOnlySpan<int> lengths = batch.Lengths.Span;
        int start = 0;
        for (int first = 0; first < lengths.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = first + 1;
            int count = lengths[first];
            while (end < lengths.Length && count + lengths[end] <= GroupTokens)
            {
                count += lengths[end++];
            }
            Read(batch.Tokens.Span.Slice(start, count), lengths[first..end], vectors.Span.Slice(first * Width, (end - first) * Width));
            start += count;
            first = end;
        }
        return start;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing) => _model.Dispose();

    private void Read(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> vectors)
    {
        using ISession session = _model.Open(new SessionOptions { MaxRows = lengths.Length, MaxCachedTokens = Math.Max(GroupTokens, tokens.Length) * 2, Threads = _options.Threads });
        var rows = new int[lengths.Length];
        var counts = new List<int>(lengths.Length);
        var rest = new List<int>(tokens.Length);
        var states = new List<float[]>(lengths.Length);
        int start = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            ReadOnlySpan<int> text = tokens.Slice(start, lengths[i]);
            rows[i] = session.Add(text[..1]);
            var text0 = new float[lengths[i] * Width];
            session.Hidden(rows[i], 0).CopyTo(text0);
            states.Add(text0);
            counts.Add(lengths[i] - 1);
            rest.AddRange(text[1..]);
            start += lengths[i];
        }
        int[] longer = [.. rows.Where((_, i) => counts[i] > 0)];
        if (longer.Length > 0)
        {
            session.Forward(new TokenBatch(longer, [.. counts.Where(c => c > 0)], [.. rest]), Models.Read.AllHidden);
        }
        for (int i = 0; i < lengths.Length; i++)
        {
            for (int at = 1; at < lengths[i]; at++)
            {
                session.Hidden(rows[i], at).CopyTo(states[i].AsSpan(at * Width));
            }
            Span<float> vector = vectors.Slice(i * Width, Width);
            Embeddings.Pooling.Apply(Pooling, states[i], vector);
            if (Normalizes)
            {
                Embeddings.Pooling.Normalize(vector);
            }
        }
    }
}
