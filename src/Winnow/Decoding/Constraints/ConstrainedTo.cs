namespace Winnow.Decoding.Constraints;

/// <summary>Leaves only tokens that keep the text in a language. Stands first: what truncates comes behind it.</summary>
/// <param name="Constraint">The language over a vocabulary.</param>
/// <remarks>
/// The generated text is constrained, not the prompt. Masking each step is not drawing from the model given the language:
/// with <see cref="TracksMass"/> the state sums the log of the mass that was allowed, whose exponential is the importance
/// weight that corrects it. Cost after warm-up: one pass over the logits.
/// </remarks>
public sealed record ConstrainedTo(TokenConstraint Constraint) : SamplerStage
{
    /// <summary>The language over a vocabulary.</summary>
    public TokenConstraint Constraint { get; } = Constraint ?? throw new ArgumentNullException(nameof(Constraint));

    /// <summary>Whether the state sums the log of the allowed mass, at the price of a softmax a token.</summary>
    public bool TracksMass { get; init; }

    /// <inheritdoc/>
    public override string Name => Constraint.Grammar.Source;

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => "";

    /// <inheritdoc/>
    public override IStageState Open() => new ConstraintState(Constraint);

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        var at = (ConstraintState)state!;
        TokenMask mask = Constraint.Allowed(at.Current);
        if (candidates.VocabularySize > mask.Bits.Length * 64)
        {
            throw new ArgumentException($"There are logits of {candidates.VocabularySize} tokens; the vocabulary of the constraint has fewer.");
        }
        double before = TracksMass ? candidates.LogNormalizer : 0;
        if (mask.Tokens is { } few)
        {
            candidates.KeepTokens(few);
        }
        else
        {
            candidates.Keep(new MaskRule(mask));
        }
        if (TracksMass && candidates.Count > 0)
        {
            at.AllowedMass = candidates.LogNormalizer - before;
        }
    }
}

/// <summary>Where a row stands in the language.</summary>
public sealed class ConstraintState : IStageState
{
    private readonly TokenConstraint _constraint;

    internal ConstraintState(TokenConstraint constraint)
    {
        _constraint = constraint;
        Current = constraint.Start;
    }

    /// <summary>Whether the text so far is in the language.</summary>
    public bool IsAccepting => Current.IsAccepting;

    /// <summary>Σ ln of the mass that was allowed at each token so far: the log of the row's importance weight. 0 where it is not tracked.</summary>
    public double LogWeight { get; private set; }

    internal GrammarState Current { get; private set; }

    internal double AllowedMass { get; set; }

    /// <inheritdoc/>
    public void Accept(int token)
    {
        Current = _constraint.Next(Current, token);
        LogWeight += AllowedMass;
        AllowedMass = 0;
    }

    /// <inheritdoc/>
    public IStageState Clone() => (IStageState)MemberwiseClone();
}
