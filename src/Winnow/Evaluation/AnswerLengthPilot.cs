using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Evaluation;

/// <summary>Measures how long a model's answers usually are, so that a search over steps can choose how many rows a budget carries.</summary>
/// <remarks>
/// Greedy answers to a few problems spread over the task; nothing is random and no right answer is read. Cost: those
/// answers' tokens, once for a model and task, outside of every strategy's budget.
/// </remarks>
public static class AnswerLengthPilot
{
    /// <summary>Problems that are answered where nothing else is said.</summary>
    public const int DefaultProblems = 8;

    /// <summary>The mean length of greedy answers that end by themselves.</summary>
    /// <param name="proposer">Draws.</param>
    /// <param name="problems">Problems of the task.</param>
    /// <param name="count">How many to answer; at least 1.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    /// <returns>Tokens, rounded up; null where no answer ended by itself.</returns>
    public static async Task<int?> MeasureAsync(
        IProposer proposer, IReadOnlyList<Problem> problems, int count = DefaultProblems, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(proposer);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int asked = Math.Min(count, problems.Count);
        List<int> lengths = [];
        for (int i = 0; i < asked; i++)
        {
            SearchContext context = new() { Ledger = new Ledger(Budget.Unlimited), Uniforms = new HashedUniforms(0) };
            Problem problem = problems[(int)((long)i * problems.Count / asked)];
            SearchResult result = await new Greedy().SolveAsync(problem, proposer, null, context, cancellationToken).ConfigureAwait(false);
            lengths.AddRange(result.Candidates.Where(candidate => candidate.Answer.State == RowState.Finished).Select(candidate => candidate.Answer.TokenCount));
        }
        return lengths.Count == 0 ? null : Math.Max(1, (int)Math.Ceiling(lengths.Average()));
    }
}
