using System.Collections.Immutable;
using System.Globalization;

namespace Winnow.Decoding.Stages;

/// <summary>Bans the end tokens until the row, or what was generated of it, is long enough.</summary>
/// <param name="Length">Tokens; at least 0; 0 turns the stage off.</param>
/// <param name="EndTokens">The tokens that end a row.</param>
/// <param name="CountsPrompt">Whether the prompt counts (min length) or only what was generated (min new tokens).</param>
public sealed record MinLength(int Length, ImmutableArray<int> EndTokens, bool CountsPrompt = false) : SamplerStage
{
    /// <summary>Tokens.</summary>
    public int Length { get; } = Limits.AtLeast(Length, 0, "0 turns it off.");

    /// <inheritdoc/>
    public override string Name => CountsPrompt ? "min-length" : "min-new-tokens";

    /// <inheritdoc/>
    public override bool IsNeutral => Length == 0 || EndTokens.IsDefaultOrEmpty;

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => Length.ToString(CultureInfo.InvariantCulture) + ":end=" + StageText.Of(EndTokens);

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if ((CountsPrompt ? context.Tokens.Length : context.Step) < Length)
        {
            foreach (int token in EndTokens)
            {
                candidates.Ban(token);
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(MinLength? other) =>
        other is not null && Length == other.Length && CountsPrompt == other.CountsPrompt && EndTokens.AsSpan().SequenceEqual(other.EndTokens.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Length, CountsPrompt, EndTokens.Length);
}

/// <summary>Forces the first generated token.</summary>
/// <param name="Token">The token.</param>
public sealed record ForcedFirstToken(int Token) : SamplerStage
{
    /// <inheritdoc/>
    public override string Name => "forced-first";

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => Token.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (context.Step == 0)
        {
            candidates.KeepOnly(Token);
        }
    }
}

/// <summary>Forces the end token where the row is one token short of its greatest length.</summary>
/// <param name="Token">The end token.</param>
/// <param name="MaxLength">Tokens of the row, prompt included; at least 1.</param>
public sealed record ForcedLastToken(int Token, int MaxLength) : SamplerStage
{
    /// <summary>Tokens of the row, prompt included.</summary>
    public int MaxLength { get; } = Limits.AtLeast(MaxLength, 1, "It is the length of the row with the forced token.");

    /// <inheritdoc/>
    public override string Name => "forced-last";

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => string.Create(CultureInfo.InvariantCulture, $"{Token}:{MaxLength}");

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (context.Tokens.Length == MaxLength - 1)
        {
            candidates.KeepOnly(Token);
        }
    }
}

/// <summary>Makes the end token likelier with every token after a start: l += |l|·(Factor^(t − Start) − 1).</summary>
/// <param name="Start">Generated tokens from which on it acts; at least 0.</param>
/// <param name="Factor">Growth a token; at least 1; 1 turns the stage off.</param>
/// <param name="Token">The end token.</param>
public sealed record EndBoost(int Start, double Factor, int Token) : SamplerStage
{
    /// <summary>Generated tokens from which on it acts.</summary>
    public int Start { get; } = Limits.AtLeast(Start, 0, "It is a number of tokens.");

    /// <summary>Growth a token.</summary>
    public double Factor { get; } = Limits.Within(Factor, 1, 1000, "1 turns it off.");

    /// <inheritdoc/>
    public override string Name => "end-boost";

    /// <inheritdoc/>
    public override bool IsNeutral => Factor.Equals(1);

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => string.Create(CultureInfo.InvariantCulture, $"{Start}:{StageText.Of(Factor)}:{Token}");

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        if (context.Step > Start && candidates.IndexOf(Token) is >= 0 and var i && float.IsFinite(candidates.Logits[i]))
        {
            Span<float> logits = candidates.Edit();
            double boosted = logits[i] + Math.Abs(logits[i]) * (Math.Pow(Factor, context.Step - Start) - 1);
            logits[i] = (float)Math.Min(boosted, float.MaxValue);
        }
    }
}
