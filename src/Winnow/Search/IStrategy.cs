using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>What a strategy works with, besides the problem.</summary>
public sealed record SearchContext
{
    /// <summary>Accounts for this problem and strategy.</summary>
    public required ILedger Ledger { get; init; }

    /// <summary>Randomness of this problem: equal draw settings give equal draws to every strategy.</summary>
    public required IUniforms Uniforms { get; init; }

    /// <summary>Told what happens, as it happens; null: nobody listens.</summary>
    public IProgress<SearchEvent>? Progress { get; init; }

    /// <summary>
    /// Told of each row of a population as soon as it has ended within a step, from any thread, so that it can be kept
    /// although others of its batch are still being drawn; null: nobody listens.
    /// </summary>
    public Action<EndedRow>? RowEnded { get; init; }
}

/// <summary>A row that has ended.</summary>
/// <param name="Row">Its number in the population.</param>
/// <param name="Answer">What was drawn.</param>
/// <param name="Usage">What the step that ended it used for this row; its time is the row's share so far.</param>
public sealed record EndedRow(int Row, PartialAnswer Answer, Usage Usage);

/// <summary>Something that happened in a search, for those who watch.</summary>
/// <param name="Kind">What: <c>drawn</c>, <c>stepped</c>, <c>scored</c>, <c>resampled</c>, <c>thinned</c> (fewer rows go on, to fit the budget), <c>looked</c> (ahead), <c>kept</c>, <c>weighed</c> (references as a whole), <c>referenced</c> (drawn to be replayed by the next sweep), <c>finished</c>.</param>
/// <param name="Iteration">Round of the search.</param>
/// <param name="Rows">The rows after it.</param>
/// <param name="Weights">Normalised weight or score of each row; empty where there is none.</param>
/// <param name="Parents">Which row each was copied from; empty where nothing was copied.</param>
public sealed record SearchEvent(string Kind, int Iteration, IReadOnlyList<PartialAnswer> Rows, IReadOnlyList<double> Weights, IReadOnlyList<int> Parents)
{
    /// <summary>Natural log of the unnormalised weights of particles; empty elsewhere.</summary>
    public IReadOnlyList<double> LogWeights { get; init; } = [];

    /// <summary>Effective number of particles, 1 … N; null elsewhere.</summary>
    public double? EffectiveSampleSize { get; init; }

    /// <summary>Natural log of the normalising constant as estimated so far; null elsewhere.</summary>
    public double? LogEvidence { get; init; }
}

/// <summary>One answer that could have been chosen.</summary>
public sealed record Candidate
{
    /// <summary>The row it came from.</summary>
    public required PartialAnswer Answer { get; init; }

    /// <summary>Its canonical answer; null where none was found, or where it was cut or failed. It then casts no vote.</summary>
    public string? Key { get; init; }

    /// <summary>The scorer's number or the reason for none.</summary>
    public Score? Score { get; init; }

    /// <summary>What it counted in the final choice; 0 for those that cast no vote.</summary>
    public double Weight { get; init; }
}

/// <summary>What a search found, with its work shown.</summary>
public sealed record SearchResult
{
    /// <summary>Id of the strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>Canonical answer chosen; null where no candidate had one.</summary>
    public string? Answer { get; init; }

    /// <summary>Index of the candidate whose text is shown; −1 where there is none.</summary>
    public int Selected { get; init; } = -1;

    /// <summary>Share of the votes for the answer, 0 … 1; null where the strategy has none.</summary>
    public double? Confidence { get; init; }

    /// <summary>Everything that was drawn, in draw order, failures included.</summary>
    public IReadOnlyList<Candidate> Candidates { get; init; } = [];

    /// <summary>Why this candidate, in a sentence.</summary>
    public string Why { get; init; } = "";

    /// <summary>Natural log of the estimated normalising constant, for particle methods; null elsewhere.</summary>
    public double? LogEvidence { get; init; }

    /// <summary>What it used.</summary>
    public Usage Usage { get; init; }
}

/// <summary>A way of spending a budget on one problem. Stateless: settings are in its options, state is in locals.</summary>
public interface IStrategy
{
    /// <summary>Id, kebab-case, as in the catalogue.</summary>
    string Id { get; }

    /// <summary>Why this strategy cannot run with a proposer and a scorer; null where it can.</summary>
    string? WhyUnsuited(ProposerInfo proposer, ScorerInfo? scorer);

    /// <summary>Solves one problem within the context's budget. Running out of budget is not an error: the best so far is returned.</summary>
    Task<SearchResult> SolveAsync(Problem problem, IProposer proposer, IScorer? scorer, SearchContext context, CancellationToken cancellationToken = default);
}
