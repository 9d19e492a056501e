namespace Winnow.Tasks;

/// <summary>What guessing without reading the question scores.</summary>
public static class ChanceLevel
{
    /// <summary>
    /// The chance level of a set of problems: with choices the mean of one by their number; else the share of the most
    /// frequent target, what always giving it would score, and 0 where no target comes twice.
    /// </summary>
    /// <param name="problems">The problems.</param>
    /// <returns>Range: 0 … 1; 0 for no problems.</returns>
    public static double Of(IReadOnlyCollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        double total = problems.Where(problem => problem.Choices.Count > 0).Sum(problem => 1.0 / problem.Choices.Count);
        int mostFrequent = problems.Where(problem => problem.Choices.Count == 0 && problem.Target is not null)
            .CountBy(problem => problem.Target!).Select(target => target.Value).DefaultIfEmpty(0).Max();
        total += mostFrequent > 1 ? mostFrequent : 0;
        return problems.Count == 0 ? 0 : total / problems.Count;
    }
}
