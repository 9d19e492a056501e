using Winnow.Budgets;
using Winnow.Search;

namespace Winnow.Evaluation;

/// <summary>A whole answer as it was drawn, and what drawing it used, so that it can be read again instead of drawn again.</summary>
public sealed record KeptDraw
{
    /// <summary>What it is a function of.</summary>
    public required DrawSettings Settings { get; init; }

    /// <summary>The answer: finished, cut or failed.</summary>
    public required PartialAnswer Answer { get; init; }

    /// <summary>What drawing it used, besides the prompt's first pass.</summary>
    public required Usage Usage { get; init; }

    /// <summary>Tokens of the prompt that went through the model once, before the first draw. Unit: tokens.</summary>
    public required long PromptForwardTokens { get; init; }

    /// <summary>How long it took in its batch. Unit: seconds.</summary>
    public required double Seconds { get; init; }
}
