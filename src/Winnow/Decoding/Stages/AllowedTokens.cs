using System.Collections.Immutable;

namespace Winnow.Decoding.Stages;

/// <summary>Leaves only the tokens of a list.</summary>
/// <param name="Tokens">Tokens that may be drawn, at least one.</param>
public sealed record AllowedTokens(ImmutableArray<int> Tokens) : SamplerStage
{
    /// <summary>Tokens that may be drawn, ascending.</summary>
    public ImmutableArray<int> Tokens { get; } = Tokens.IsDefaultOrEmpty
        ? throw new ArgumentException("No token would be allowed; name at least one.", nameof(Tokens))
        : [.. Tokens.Distinct().Order()];

    /// <inheritdoc/>
    public override string Name => "allowed";

    /// <inheritdoc/>
    public override int? MostKept => Tokens.Length;

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => StageText.Of(Tokens);

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state) => candidates.KeepTokens(Tokens.AsSpan());

    /// <inheritdoc/>
    public bool Equals(AllowedTokens? other) => other is not null && Tokens.AsSpan().SequenceEqual(other.Tokens.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Tokens.Length, Tokens[0], Tokens[^1]);
}
