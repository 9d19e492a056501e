namespace Winnow.Tasks.Answers;

/// <summary>Right is what equals the target, character by character.</summary>
public sealed class ExactAnswerChecker : IAnswerChecker
{
    /// <inheritdoc/>
    public bool IsCorrect(Problem problem, string answer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem.Target is not null && answer == problem.Target;
    }
}

/// <summary>Right is what equals the target but for white space, capitals and a final full stop.</summary>
public sealed class NormalisedAnswerChecker : IAnswerChecker
{
    /// <inheritdoc/>
    public bool IsCorrect(Problem problem, string answer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(answer);
        return problem.Target is not null && CanonicalText.Folded(answer) == CanonicalText.Folded(problem.Target);
    }
}

/// <summary>Right is the target's number, however both are written.</summary>
public sealed class NumericAnswerChecker : IAnswerChecker
{
    /// <inheritdoc/>
    public bool IsCorrect(Problem problem, string answer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(answer);
        return CanonicalText.Number(problem.Target) is { } target && CanonicalText.Number(answer) == target;
    }
}

/// <summary>Right are the target's items in any order, each as often as in the target; commas part them.</summary>
public sealed class SetAnswerChecker : IAnswerChecker
{
    /// <inheritdoc/>
    public bool IsCorrect(Problem problem, string answer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(answer);
        return problem.Target is not null && Items(answer).SequenceEqual(Items(problem.Target));
    }

    private static IOrderedEnumerable<string> Items(string text) =>
        text.Split(',').Select(CanonicalText.Folded).Where(item => item.Length > 0).Order(StringComparer.Ordinal);
}
