using System.Collections.Immutable;
using System.Globalization;

namespace Winnow.Decoding.Stages;

/// <summary>Adds a number to the logits of some tokens. −100 and 100 ban and force in practice.</summary>
/// <param name="Biases">What is added, by token; −∞ bans.</param>
public sealed record LogitBias(ImmutableSortedDictionary<int, double> Biases) : SamplerStage
{
    private readonly KeyValuePair<int, double>[] _pairs = [.. Biases];

    /// <summary>What is added, by token.</summary>
    public ImmutableSortedDictionary<int, double> Biases { get; } = Checked(Biases);

    /// <inheritdoc/>
    public override string Name => "logit-bias";

    /// <inheritdoc/>
    public override bool IsNeutral => Biases.Values.All(b => b.Equals(0));

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => string.Join(':', Biases.Select(b => b.Key.ToString(CultureInfo.InvariantCulture) + "=" + StageText.Of(b.Value)));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A token is not in the vocabulary.</exception>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        Span<float> logits = candidates.Edit();
        foreach ((int token, double bias) in _pairs)
        {
            if (token >= candidates.VocabularySize)
            {
                throw new ArgumentException($"The logit bias names token {token}, but the vocabulary has {candidates.VocabularySize} tokens (0 to {candidates.VocabularySize - 1}).");
            }
            if (candidates.IndexOf(token) is >= 0 and var i)
            {
                logits[i] = (float)(logits[i] + bias);
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(LogitBias? other) => other is not null && Biases.SequenceEqual(other.Biases);

    /// <inheritdoc/>
    public override int GetHashCode() => Biases.Aggregate(0, (hash, bias) => HashCode.Combine(hash, bias));

    private static ImmutableSortedDictionary<int, double> Checked(ImmutableSortedDictionary<int, double> biases)
    {
        ArgumentNullException.ThrowIfNull(biases);
        foreach ((int token, double bias) in biases)
        {
            if (token < 0 || double.IsNaN(bias) || double.IsPositiveInfinity(bias))
            {
                throw new ArgumentException($"The bias of token {token} is {bias}; tokens are 0 or more and biases finite, or −∞ to ban.", nameof(biases));
            }
        }
        return biases;
    }
}
