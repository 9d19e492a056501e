using System.Globalization;

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

/// <summary>Right is the target's number, however both are written, or one near it.</summary>
public sealed class NumericAnswerChecker : IAnswerChecker
{
    private readonly double _tolerance;
    private readonly double _relative;

    /// <summary>Only the target's own number is right.</summary>
    public NumericAnswerChecker()
    {
    }

    /// <summary>Numbers near the target are right too.</summary>
    /// <param name="tolerance">Greatest distance from the target; at least 0.</param>
    /// <param name="relative">Greatest distance as a share of the target's size; at least 0. The wider of the two counts.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is negative or not finite.</exception>
    public NumericAnswerChecker(double tolerance, double relative)
    {
        _tolerance = NotNegative(tolerance, nameof(tolerance));
        _relative = NotNegative(relative, nameof(relative));
    }

    /// <inheritdoc/>
    public bool IsCorrect(Problem problem, string answer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(answer);
        if (CanonicalText.Number(problem.Target) is not { } target || CanonicalText.Number(answer) is not { } given)
        {
            return false;
        }
        double wanted = double.Parse(target, CultureInfo.InvariantCulture);
        double allowed = Math.Max(_tolerance, _relative * Math.Abs(wanted));
        return given == target || (allowed > 0 && Math.Abs(double.Parse(given, CultureInfo.InvariantCulture) - wanted) <= allowed);
    }

    private static double NotNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"The {name} is {value}; it must be at least 0 and finite.");
}

/// <summary>Right is what the target equals as mathematics: by its normalised text or by its value (<see cref="MathEquivalence"/>).</summary>
public sealed class MathAnswerChecker : IAnswerChecker
{
    /// <inheritdoc/>
    public bool IsCorrect(Problem problem, string answer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(answer);
        return problem.Target is not null && MathEquivalence.AreEqual(answer, problem.Target);
    }
}

/// <summary>Right is what a checker accepts for one of several targets.</summary>
/// <param name="checker">Compares with one target.</param>
/// <param name="targets">The targets; at least one.</param>
public sealed class AnyTargetChecker(IAnswerChecker checker, IReadOnlyList<string> targets) : IAnswerChecker
{
    /// <summary>Compares with one target.</summary>
    public IAnswerChecker Checker => checker;

    /// <inheritdoc/>
    public bool IsCorrect(Problem problem, string answer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return targets.Any(target => checker.IsCorrect(problem with { Target = target }, answer));
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
        return problem.Target is not null && CanonicalText.Items(answer).SequenceEqual(CanonicalText.Items(problem.Target));
    }
}

/// <summary>What checkers are called in task files and reports.</summary>
public static class AnswerCheckerNames
{
    /// <summary>The name of a checker; <c>own</c> for one that task files cannot name.</summary>
    public static string Of(IAnswerChecker checker) => checker switch
    {
        ExactAnswerChecker => "exact",
        NormalisedAnswerChecker => "text",
        NumericAnswerChecker => "numeric",
        MathAnswerChecker => "math",
        SetAnswerChecker => "set",
        RegexAnswerChecker => "regex",
        AnyTargetChecker any => Of(any.Checker),
        JudgeRequired or IAskingAnswerChecker => "judge",
        _ => "own",
    };

    /// <summary>The name of what checks a problem; <c>choice</c> where it has choices.</summary>
    public static string Of(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem.Choices.Count > 0 ? "choice" : Of(problem.Checker);
    }
}
