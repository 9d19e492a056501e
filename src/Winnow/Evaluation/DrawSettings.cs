using Winnow.Search;

namespace Winnow.Evaluation;

/// <summary>What a whole answer is a function of, besides its model, problem and seed: equal settings, equal draws.</summary>
/// <param name="Slot">Number of the draw in its series, from 0.</param>
/// <param name="Stream">Name of the uniforms that drew it.</param>
/// <param name="Iteration">Iteration given to them.</param>
/// <param name="Temperature">Sampling temperature; 0 is greedy.</param>
/// <param name="Boundary">Text that ends a step within it; null: none.</param>
/// <param name="MaxTokens">Most tokens of an answer.</param>
/// <param name="TokensLeft">Tokens that were left of a budget when it was drawn; null: at least <paramref name="MaxTokens"/>.</param>
public readonly record struct DrawSettings(int Slot, string Stream, int Iteration, double Temperature, string? Boundary, int MaxTokens, long? TokensLeft)
{
    /// <summary>The settings of one slot under a rule.</summary>
    public static DrawSettings Of(int slot, StepRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new(slot, rule.Stream, rule.Iteration, rule.Temperature, rule.Boundary, rule.MaxTokens, rule.MaxTotalTokens);
    }
}
