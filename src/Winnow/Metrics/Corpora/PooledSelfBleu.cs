namespace Winnow.Metrics.Corpora;

/// <summary>Self-BLEU over all texts, 0..100.</summary>
/// <param name="options">Settings; effective order is set.</param>
/// <remarks>Source: <see cref="SelfBleu"/>.</remarks>
public sealed class PooledSelfBleu(BleuOptions options) : ICollectionMetric
{
    private readonly BleuOptions _options = options with { EffectiveOrder = true };

    /// <inheritdoc/>
    public string Name => "self-BLEU";

    /// <inheritdoc/>
    public bool? IsHigherBetter => false;

    /// <inheritdoc/>
    public string Signature => new Bleu(_options).Signature(0);

    /// <inheritdoc/>
    public double Score(IReadOnlyList<string> texts) => SelfBleu.Of(texts, _options).Mean;
}
