using Microsoft.Extensions.AI;
using Winnow.Inference.Encoders;

namespace Winnow.Inference.Embeddings;

/// <summary>A model of this process that turns texts into vectors.</summary>
/// <remarks>
/// A text's vector is bitwise the same whatever other texts are embedded with it, in whatever order and by however many
/// threads. Thread-safe.
/// </remarks>
public abstract class TextEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>Name for people.</summary>
    public abstract string Name { get; }

    /// <summary>Numbers of a vector, d.</summary>
    public abstract int Width { get; }

    /// <summary>How hidden states become one vector.</summary>
    public abstract PoolingMode Pooling { get; }

    /// <summary>Whether vectors are scaled to length 1.</summary>
    public abstract bool Normalizes { get; }

    /// <summary>Longest text; what is beyond is cut off. Unit: tokens, special ones included.</summary>
    public abstract int MaxTokens { get; }

    /// <summary>Loads an encoder or decoder: a model folder, or a GGUF file.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="options">How texts become vectors; null: as the folder says.</param>
    /// <exception cref="WinnowException">A file is missing, broken, or asks for what is not supported.</exception>
    public static TextEmbedder Load(string path, EmbeddingOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            return new DecoderEmbedder(DecoderModel.LoadGguf(path), options);
        }
        string configuration = Path.Combine(path, "config.json");
        bool isEncoder = File.Exists(configuration) && EncoderSettings.Describes(JsonField.Load(configuration));
        return isEncoder ? EncoderEmbedder.Load(path, options) : new DecoderEmbedder(DecoderModel.Load(path), options);
    }

    /// <summary>Embeds texts into memory of the caller's. Nothing is allocated for each text after warm-up.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="vectors">Shape [texts][d].</param>
    /// <param name="cancellationToken">Stops between groups of texts.</param>
    /// <returns>Tokens that were read, special ones included.</returns>
    /// <exception cref="ArgumentException">The memory does not fit the texts, or a text has no tokens at all.</exception>
    public abstract long Embed(IReadOnlyList<string> texts, Memory<float> vectors, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Another number of dimensions is asked for than the model has.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != Width)
        {
            throw new ArgumentException($"{dimensions} dimensions were asked for; {Name} makes vectors of {Width}.", nameof(options));
        }
        string[] texts = [.. values];
        return Task.Run(
            () =>
            {
                var vectors = new float[checked(texts.Length * Width)];
                long tokens = Embed(texts, vectors, cancellationToken);
                return new GeneratedEmbeddings<Embedding<float>>(
                    texts.Select((_, i) => new Embedding<float>(vectors.AsMemory(i * Width, Width)) { ModelId = Name }))
                {
                    Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
                };
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("winnow", defaultModelId: Name, defaultModelDimensions: Width)
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the model.</summary>
    protected abstract void Dispose(bool isDisposing);

    private protected void Check(IReadOnlyList<string> texts, int numbers)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (numbers != (long)texts.Count * Width)
        {
            throw new ArgumentException($"{texts.Count} vectors of {Width} need {(long)texts.Count * Width} numbers; there is room for {numbers}.", nameof(numbers));
        }
    }
}
