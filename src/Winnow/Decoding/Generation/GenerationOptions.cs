using System.Collections.Immutable;

namespace Winnow.Decoding.Generation;

/// <summary>Why a sample ended.</summary>
public enum FinishReason
{
    /// <summary>An end token was drawn; it is not part of the text.</summary>
    EndToken,

    /// <summary>A stop string appeared; the text ends before it.</summary>
    StopString,

    /// <summary>The limit of tokens was reached.</summary>
    MaxTokens,

    /// <summary>The model's context is full.</summary>
    ContextFull,
}

/// <summary>Settings of plain drawing.</summary>
public sealed record GenerationOptions
{
    /// <summary>Stages between the logits and the draw; none by default: the model's own distribution.</summary>
    public SamplerChain Chain { get; init; } = new();

    /// <summary>Samples drawn from the prompt, side by side. Unit: samples; at least 1; default 1.</summary>
    public int Samples { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 1;

    /// <summary>Generated tokens a sample at most. At least 1; default 256.</summary>
    public int MaxTokens { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 256;

    /// <summary>Texts at which a sample ends; none is empty. They may lie across tokens.</summary>
    public ImmutableArray<string> StopStrings
    {
        get;
        init => field = value.Any(string.IsNullOrEmpty) ? throw new ArgumentException("A stop string is empty and would end every sample at once.", nameof(StopStrings)) : value;
    } = [];

    /// <summary>Tokens that end a sample; the vocabulary's own where none is given.</summary>
    public ImmutableArray<int> EndTokens { get; init; } = [];

    /// <summary>The tokens that end a sample with a vocabulary.</summary>
    internal ImmutableArray<int> EndTokensOf(Models.IVocabulary vocabulary) =>
        !EndTokens.IsEmpty ? EndTokens : vocabulary.EndOfSequence is { } end ? [end] : [];

    /// <summary>Top tokens noted before and after each stage; 0, the default, notes nothing.</summary>
    public int ReportedCandidates { get; init { ArgumentOutOfRangeException.ThrowIfNegative(value); field = value; } }

    /// <summary>Outer iteration of the run, for the uniform numbers.</summary>
    public int Iteration { get; init; }
}

/// <summary>One token of one sample.</summary>
/// <param name="Sample">The sample, from 0.</param>
/// <param name="Token">The token.</param>
/// <param name="Text">Text that has become certain: what could still be part of a character or of a stop string is held back.</param>
/// <param name="LogProb">Natural-log probability of the token under the model itself.</param>
/// <param name="ChainLogProb">The same after the chain.</param>
/// <param name="Kept">Tokens that could have been drawn.</param>
/// <param name="Stages">What each stage left, where that was asked for.</param>
/// <param name="Finish">Why the sample ended here; null where it goes on.</param>
public sealed record GeneratedToken(
    int Sample, int Token, string Text, double LogProb, double ChainLogProb, int Kept, IReadOnlyList<StageReport>? Stages, FinishReason? Finish);

/// <summary>A whole sample.</summary>
/// <param name="Text">Its text, without end token and stop string.</param>
/// <param name="Tokens">Tokens drawn, the end token included.</param>
/// <param name="LogProbs">Their natural-log probabilities under the model itself.</param>
/// <param name="ChainLogProbs">The same after the chain.</param>
/// <param name="Finish">Why it ended.</param>
public sealed record GeneratedSample(
    string Text, ImmutableArray<int> Tokens, ImmutableArray<double> LogProbs, ImmutableArray<double> ChainLogProbs, FinishReason Finish);
