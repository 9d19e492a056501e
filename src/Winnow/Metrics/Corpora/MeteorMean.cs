namespace Winnow.Metrics.Corpora;

/// <summary>Mean METEOR of exact words and stems over a corpus, 0..100.</summary>
/// <remarks>Source: <see cref="Meteor"/>.</remarks>
public sealed class MeteorMean : MeanMetric
{
    private readonly Meteor _meteor = new();

    /// <inheritdoc/>
    public override string Name => "METEOR";

    /// <inheritdoc/>
    public override string Signature(int references = 1) => _meteor.Signature(references);

    /// <inheritdoc/>
    protected override double Score(string hypothesis, IReadOnlyList<string> references) => 100 * _meteor.Sentence(hypothesis, references).Score;
}
