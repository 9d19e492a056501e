namespace Winnow.Decoding;

/// <summary>
/// One stage of a sampler chain: settings and what they do to the candidates. Immutable; a stage that learns from what
/// was drawn keeps that in a state of its own for each row.
/// </summary>
public abstract record SamplerStage
{
    /// <summary>Name in a chain's text, for example <c>top-p</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether these settings change nothing, whatever the logits; such a stage is dropped from a chain.</summary>
    public virtual bool IsNeutral => false;

    /// <summary>The most candidates that this stage can leave; null where it does not limit them.</summary>
    public virtual int? MostKept => null;

    /// <summary>Whether the stage changes logits of tokens that stay, so that thresholds before and after it differ.</summary>
    public virtual bool ChangesLogits => false;

    /// <summary>Changes the candidates.</summary>
    /// <param name="candidates">What earlier stages left; at least one finite logit.</param>
    /// <param name="context">Where the token is drawn.</param>
    /// <param name="state">What <see cref="Open"/> gave for this row; null where it gives none.</param>
    public abstract void Apply(ref Candidates candidates, in StepContext context, IStageState? state);

    /// <summary>A fresh state for a row; null for a stage that needs none.</summary>
    public virtual IStageState? Open() => null;

    /// <summary>Why this stage can never act behind the given one, with nothing between that changes logits; null where it can.</summary>
    /// <param name="earlier">A stage before this one.</param>
    public virtual string? CannotActAfter(SamplerStage earlier) => null;

    /// <summary>The settings as in a chain's text, without the name; empty where there are none.</summary>
    protected abstract string Settings { get; }

    /// <summary>The stage as in a chain's text, for example <c>top-p:0.95</c>.</summary>
    public sealed override string ToString() => Settings.Length == 0 ? Name : $"{Name}:{Settings}";
}

/// <summary>What a stage remembers of one row. Follows the row when it is copied; holds no random numbers.</summary>
public interface IStageState
{
    /// <summary>Learns which token the row was given after the stage was last applied.</summary>
    void Accept(int token);

    /// <summary>An independent copy.</summary>
    IStageState Clone();
}
