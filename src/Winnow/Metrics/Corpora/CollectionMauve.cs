using System.Globalization;
using Winnow.Inference.Embeddings;

namespace Winnow.Metrics.Corpora;

/// <summary>MAUVE of two collections of texts, 0..100, from the vectors that a model gives them.</summary>
/// <param name="embedder">Makes the features; stays the caller's. Its authors use the last token's hidden state of a large decoder.</param>
/// <param name="seed">Of the clusterings.</param>
/// <param name="options">Null means the authors' defaults.</param>
/// <remarks>Source and cost: <see cref="MauveEstimate"/>. The signature names the model; numbers of different ones are not comparable.</remarks>
public sealed class CollectionMauve(TextEmbedder embedder, ulong seed = 1, MauveOptions? options = null) : ICollectionComparison
{
    private readonly TextEmbedder _embedder = embedder ?? throw new ArgumentNullException(nameof(embedder));
    private readonly MauveOptions _options = options ?? new MauveOptions();

    /// <inheritdoc/>
    public string Name => "MAUVE";

    /// <inheritdoc/>
    public bool? IsHigherBetter => true;

    /// <inheritdoc/>
    public string Signature => MetricSignature.Of(
        1,
        ("model", _embedder.Name),
        ("pool", _embedder.Pooling.ToString().ToLowerInvariant()),
        ("pca", _options.ExplainedVariance.ToString(CultureInfo.InvariantCulture)),
        ("clusters", _options.Clusters?.ToString(CultureInfo.InvariantCulture) ?? "auto"),
        ("scale", _options.Scaling.ToString(CultureInfo.InvariantCulture)),
        ("runs", _options.Seeds.ToString(CultureInfo.InvariantCulture)),
        ("seed", seed.ToString(CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public double Score(IReadOnlyList<string> texts, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(references);
        return 100 * MauveEstimate.Of(Features(texts), Features(references), seed, _options).Mauve;
    }

    private float[][] Features(IReadOnlyList<string> texts)
    {
        var vectors = new float[checked(texts.Count * _embedder.Width)];
        _embedder.Embed(texts, vectors);
        return [.. Enumerable.Range(0, texts.Count).Select(i => vectors.AsSpan(i * _embedder.Width, _embedder.Width).ToArray())];
    }
}
