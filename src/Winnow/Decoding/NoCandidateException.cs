namespace Winnow.Decoding;

/// <summary>A stage of a sampler chain left no token with a finite logit.</summary>
public sealed class NoCandidateException : InvalidOperationException
{
    /// <summary>Makes the error for a stage.</summary>
    /// <param name="stage">The stage as the chain prints it.</param>
    public NoCandidateException(string stage)
        : base($"The stage \"{stage}\" left no token to draw: every logit is −∞. Loosen the bans or the constraint, or put the stage elsewhere.") =>
        Stage = stage;

    /// <summary>The stage as the chain prints it.</summary>
    public string Stage { get; }
}
