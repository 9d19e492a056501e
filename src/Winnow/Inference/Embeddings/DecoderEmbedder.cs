using System.Collections.Concurrent;
using Winnow.Models;

namespace Winnow.Inference.Embeddings;

/// <summary>Vectors of texts by the hidden states of a decoder, after its final norm.</summary>
public sealed class DecoderEmbedder : TextEmbedder
{
    /// <summary>Enough rows to use every weight that is fetched.</summary>
    private const int GroupTokens = 512;

    private readonly ILanguageModel _model;
    private readonly EmbeddingOptions _options;
    private readonly ConcurrentBag<Work> _spare = [];

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
        Work work = _spare.TryTake(out Work? used) ? used : new Work(this);
        try
        {
            return work.Embed(texts, vectors.Span, cancellationToken);
        }
        finally
        {
            _spare.Add(work);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        foreach (Work work in _spare)
        {
            work.Session.Dispose();
        }
        _model.Dispose();
    }

    /// <summary>What one caller at a time works with; used again.</summary>
    private sealed class Work
    {
        private readonly DecoderEmbedder _owner;
        private readonly TokenizedTexts _texts;
        private readonly int[] _rows = new int[GroupTokens];
        private readonly int[] _counts = new int[GroupTokens];
        private float[] _firsts = [];
        private float[] _states = [];
        private int[] _rest = [];

        public Work(DecoderEmbedder owner)
        {
            _owner = owner;
            _texts = new TokenizedTexts(owner._model.Vocabulary, owner.MaxTokens);
            Session = owner._model.Open(new SessionOptions
            {
                MaxRows = GroupTokens,
                MaxCachedTokens = Math.Max(GroupTokens, owner.MaxTokens) * 2,
                Threads = owner._options.Threads,
            });
        }

        public ISession Session { get; }

        public long Embed(IReadOnlyList<string> texts, Span<float> vectors, CancellationToken cancellationToken)
        {
            _texts.Clear();
            for (int i = 0; i < texts.Count; i++)
            {
                _texts.Add(texts[i]);
            }
            int width = _owner.Width;
            ReadOnlySpan<int> lengths = _texts.Lengths.Span;
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
                Read(_texts.Tokens.Span.Slice(start, count), lengths[first..end], vectors[(first * width)..(end * width)]);
                start += count;
                first = end;
            }
            return start;
        }

        private void Read(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> vectors)
        {
            int width = _owner.Width;
            Reserve(ref _firsts, lengths.Length * width);
            Reserve(ref _rest, tokens.Length);
            Session.Reorder([]);
            int start = 0;
            int longer = 0;
            int rest = 0;
            for (int i = 0; i < lengths.Length; i++)
            {
                ReadOnlySpan<int> text = tokens.Slice(start, lengths[i]);
                int row = Session.Add(text[..1]);
                // The next pass over the row takes it away.
                Session.Hidden(row, 0).CopyTo(_firsts.AsSpan(i * width));
                if (text.Length > 1)
                {
                    _rows[longer] = row;
                    _counts[longer++] = text.Length - 1;
                    text[1..].CopyTo(_rest.AsSpan(rest));
                    rest += text.Length - 1;
                }
                start += lengths[i];
            }
            if (longer > 0)
            {
                Session.Forward(new TokenBatch(_rows.AsSpan(0, longer), _counts.AsSpan(0, longer), _rest.AsSpan(0, rest)), Models.Read.AllHidden);
            }
            for (int i = 0; i < lengths.Length; i++)
            {
                Reserve(ref _states, lengths[i] * width);
                Span<float> states = _states.AsSpan(0, lengths[i] * width);
                _firsts.AsSpan(i * width, width).CopyTo(states);
                for (int at = 1; at < lengths[i]; at++)
                {
                    Session.Hidden(i, at).CopyTo(states[(at * width)..]);
                }
                Span<float> vector = vectors.Slice(i * width, width);
                Embeddings.Pooling.Apply(_owner.Pooling, states, vector);
                if (_owner.Normalizes)
                {
                    Embeddings.Pooling.Normalize(vector);
                }
            }
        }

        private static void Reserve<T>(ref T[] array, int length)
        {
            if (array.Length < length)
            {
                array = new T[Math.Max(length, 2 * array.Length)];
            }
        }
    }
}
