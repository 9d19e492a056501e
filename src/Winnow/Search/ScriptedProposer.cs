using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>What drawing from a scripted tree costs, and how often it fails.</summary>
public sealed record ScriptedCosts
{
    /// <summary>Tokens of the prompt. Unit: tokens; default 10.</summary>
    public int PromptTokens { get; init; } = 10;

    /// <summary>Seconds for each drawn token; default 0.</summary>
    public double SecondsPerToken { get; init; }

    /// <summary>Money for each drawn token; default 0.</summary>
    public decimal CostPerToken { get; init; }

    /// <summary>Chance that a step fails after its tokens were drawn. Range: 0 … 1; default 0.</summary>
    public double FailureRate
    {
        get;
        init
        {
            if (!(value is >= 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(FailureRate), value, "A failure rate is a probability and must lie in 0 … 1.");
            }
            field = value;
        }
    }

    internal Usage For(int calls, long tokens) => new()
    {
        TokensGenerated = tokens,
        Calls = calls,
        Seconds = SecondsPerToken * tokens,
        Cost = CostPerToken * tokens,
    };
}

/// <summary>Draws from a scripted tree.</summary>
public sealed class ScriptedProposer : IProposer
{
    private readonly ScriptedTree _tree;
    private readonly ScriptedCosts _costs;

    /// <summary>Draws from a tree at some costs; null: the default ones.</summary>
    public ScriptedProposer(ScriptedTree tree, ScriptedCosts? costs = null)
    {
        ArgumentNullException.ThrowIfNull(tree);
        _tree = tree;
        _costs = costs ?? new();
        int longest = Enumerable.Range(0, tree.Count).Max(node => tree.Answer(node).TokenCount);
        Info = new ProposerInfo("scripted", CanStep: true, HasLogProbs: true, Math.Max(1, longest)) { MaxActiveRows = 1024 };
    }

    /// <inheritdoc/>
    public ProposerInfo Info { get; init; }

    /// <inheritdoc/>
    public Usage AtMost(Problem problem, int calls, long tokens) => _costs.For(calls, tokens);

    /// <inheritdoc/>
    public IPopulation Open(Problem problem, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ScriptedPopulation(_tree, _costs, context);
    }
}
