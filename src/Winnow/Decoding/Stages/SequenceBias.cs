using System.Collections.Immutable;

namespace Winnow.Decoding.Stages;

/// <summary>A bias on the last token of a sequence, given once the tokens before it stand at the end of the row.</summary>
/// <param name="Tokens">The sequence, at least one token.</param>
/// <param name="Bias">What is added; −∞ bans.</param>
public readonly record struct BiasedSequence(ImmutableArray<int> Tokens, double Bias);

/// <summary>Biases of token sequences; several that match the same token add up.</summary>
/// <param name="Sequences">Sequences and what is added.</param>
/// <remarks>Source: transformers' SequenceBiasLogitsProcessor. Cost: O(total length of the sequences).</remarks>
public sealed record SequenceBias(ImmutableArray<BiasedSequence> Sequences) : SamplerStage
{
    /// <summary>Sequences and what is added.</summary>
    public ImmutableArray<BiasedSequence> Sequences { get; } = Sequences.All(s => s.Tokens is { IsDefaultOrEmpty: false } && !double.IsNaN(s.Bias) && !double.IsPositiveInfinity(s.Bias))
        ? Sequences
        : throw new ArgumentException("A biased sequence has at least one token, and its bias is finite, or −∞ to ban.", nameof(Sequences));

    /// <summary>A stage that bans sequences; one that is the end token alone is ignored, so that rows can end.</summary>
    public static SequenceBias Banning(IEnumerable<ImmutableArray<int>> sequences, IReadOnlyCollection<int> endTokens) =>
        new([.. sequences.Where(s => s.Length != 1 || !endTokens.Contains(s[0])).Select(s => new BiasedSequence(s, double.NegativeInfinity))]);

    /// <inheritdoc/>
    public override string Name => "sequence-bias";

    /// <inheritdoc/>
    public override bool IsNeutral => Sequences.All(s => s.Bias.Equals(0));

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => string.Join(':', Sequences.Select(s => StageText.Of(s.Tokens) + "=" + StageText.Of(s.Bias)));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        Span<float> logits = candidates.Edit();
        foreach (BiasedSequence sequence in Sequences)
        {
            ReadOnlySpan<int> head = sequence.Tokens.AsSpan()[..^1];
            if (context.Tokens.EndsWith(head) && candidates.IndexOf(sequence.Tokens[^1]) is >= 0 and var i)
            {
                logits[i] = (float)(logits[i] + sequence.Bias);
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(SequenceBias? other) => other is not null && string.Equals(Settings, other.Settings, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Settings.GetHashCode(StringComparison.Ordinal);
}
