using System.Collections.Concurrent;
using Winnow.Inference.Encoders;
using Winnow.Inference.Tokenizers;
using Winnow.Models;

namespace Winnow.Inference.Embeddings;

/// <summary>Vectors of texts by an encoder of the BERT family, as sentence encoders make them.</summary>
public sealed class EncoderEmbedder : TextEmbedder
{
    private readonly EncoderModel _model;
    private readonly IVocabulary _vocabulary;
    private readonly EmbeddingOptions _options;
    private readonly ConcurrentBag<TokenizedTexts> _spare = [];

    /// <summary>Vectors by an encoder.</summary>
    /// <param name="model">The encoder; disposed with the embedder.</param>
    /// <param name="vocabulary">Its tokenizer.</param>
    /// <param name="name">Name for people.</param>
    /// <param name="options">How texts become vectors; null: their mean, not scaled.</param>
    /// <exception cref="ArgumentException">The tokenizer has more tokens than the encoder, or texts may be longer than its context.</exception>
    public EncoderEmbedder(EncoderModel model, IVocabulary vocabulary, string name, EmbeddingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentException.ThrowIfNullOrEmpty(name);
        _model = model;
        _vocabulary = vocabulary;
        _options = options ?? new EmbeddingOptions();
        Name = name;
        MaxTokens = _options.MaxTokens ?? model.Settings.ContextLength;
        if (vocabulary.Size > model.Settings.VocabularySize)
        {
            throw new ArgumentException($"The tokenizer has {vocabulary.Size} tokens, the encoder {model.Settings.VocabularySize}.", nameof(vocabulary));
        }
        if (MaxTokens > model.Settings.ContextLength)
        {
            throw new ArgumentException($"Texts of {MaxTokens} tokens were asked for; the encoder reads at most {model.Settings.ContextLength}.", nameof(options));
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int Width => _model.Settings.Width;

    /// <inheritdoc/>
    public override PoolingMode Pooling => _options.Pooling ?? PoolingMode.Mean;

    /// <inheritdoc/>
    public override bool Normalizes => _options.Normalizes ?? false;

    /// <inheritdoc/>
    public override int MaxTokens { get; }

    /// <summary>Loads a sentence encoder: config.json, safetensors weights and tokenizer.json, and where they are modules.json and what it names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How texts become vectors; null: as the folder says.</param>
    /// <exception cref="WinnowException">A file is missing, broken, or asks for what is not supported.</exception>
    public static new EncoderEmbedder Load(string folder, EmbeddingOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new EmbeddingOptions();
        EncoderModel model = EncoderModel.Load(folder);
        try
        {
            SentenceSettings settings = SentenceSettings.Load(folder);
            return new EncoderEmbedder(model, ModelTokenizer.Load(folder), Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), options with
            {
                Pooling = options.Pooling ?? settings.Pooling,
                Normalizes = options.Normalizes ?? settings.Normalizes,
                MaxTokens = options.MaxTokens ?? (settings.MaxTokens is { } most ? Math.Min(most, model.Settings.ContextLength) : null),
            });
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override long Embed(IReadOnlyList<string> texts, Memory<float> vectors, CancellationToken cancellationToken = default)
    {
        Check(texts, vectors.Length);
        return Run(texts, new Pooled(this, vectors), cancellationToken);
    }

    /// <summary>Hidden states of every token of some texts, special tokens included: what token-wise similarities compare.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Stops between groups of texts.</param>
    /// <returns>For each text its tokens, and their states, shape [tokens][d].</returns>
    public IReadOnlyList<(int[] Tokens, float[] States)> EmbedTokens(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var kept = new Kept(texts.Count);
        var tokens = new List<(int[], float[])>(texts.Count);
        TokenizedTexts batch = Tokenize(texts);
        _model.Run(batch.Tokens, batch.Lengths, kept, _options.Threads, cancellationToken);
        int start = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            int length = batch.Lengths.Span[i];
            tokens.Add((batch.Tokens.Slice(start, length).ToArray(), kept.States[i]));
            start += length;
        }
        _spare.Add(batch);
        return tokens;
    }

    /// <summary>The tokens that a text is read as, special ones included, cut at <see cref="MaxTokens"/>.</summary>
    public int[] TokensOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        TokenizedTexts batch = Tokenize([text]);
        int[] tokens = batch.Tokens.ToArray();
        _spare.Add(batch);
        return tokens;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing) => _model.Dispose();

    private long Run(IReadOnlyList<string> texts, IHiddenStateReader reader, CancellationToken cancellationToken)
    {
        TokenizedTexts batch = Tokenize(texts);
        _model.Run(batch.Tokens, batch.Lengths, reader, _options.Threads, cancellationToken);
        long tokens = batch.Tokens.Length;
        _spare.Add(batch);
        return tokens;
    }

    private TokenizedTexts Tokenize(IReadOnlyList<string> texts)
    {
        TokenizedTexts batch = _spare.TryTake(out TokenizedTexts? used) ? used : new TokenizedTexts(_vocabulary, MaxTokens);
        batch.Clear();
        for (int i = 0; i < texts.Count; i++)
        {
            batch.Add(texts[i]);
        }
        return batch;
    }

    private sealed class Pooled(EncoderEmbedder owner, Memory<float> vectors) : IHiddenStateReader
    {
        public void Read(int sequence, ReadOnlySpan<float> states)
        {
            Span<float> vector = vectors.Span.Slice(sequence * owner.Width, owner.Width);
            Embeddings.Pooling.Apply(owner.Pooling, states, vector);
            if (owner.Normalizes)
            {
                Embeddings.Pooling.Normalize(vector);
            }
        }
    }

    private sealed class Kept(int count) : IHiddenStateReader
    {
        public float[][] States { get; } = new float[count][];

        public void Read(int sequence, ReadOnlySpan<float> states) => States[sequence] = states.ToArray();
    }
}
