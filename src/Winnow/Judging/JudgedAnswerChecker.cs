using System.Collections.Concurrent;
using Winnow.Tasks;

namespace Winnow.Judging;

/// <summary>Right is what a judging model calls right, by the problem's target as its reference and by its rubric, where there are any.</summary>
/// <remarks>
/// Each answer to a problem is asked about once. Cost: one request for each distinct answer, two where the judgement cannot be read.
/// A judge errs: measure it on answers you have checked yourself before you report what it says (<see cref="JudgeModel"/>).
/// </remarks>
/// <param name="judge">The judge; not disposed.</param>
public sealed class JudgedAnswerChecker(JudgeModel judge) : IAskingAnswerChecker
{
    private readonly ConcurrentDictionary<(string Problem, string Answer), Judgement<bool>> _judgements = new();

    /// <inheritdoc/>
    public async ValueTask AskAsync(Problem problem, IReadOnlyCollection<string> answers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(answers);
        await Task.WhenAll(answers.Distinct(StringComparer.Ordinal).Where(answer => !_judgements.ContainsKey((problem.Id, answer))).Select(async answer =>
        {
            Judgement<bool> judgement = await judge.IsRightAsync(problem.Question, answer, problem.Target, problem.Rubric, cancellationToken).ConfigureAwait(false);
            _judgements.TryAdd((problem.Id, answer), judgement);
        })).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Nobody asked about this answer before.</exception>
    /// <exception cref="WinnowException">The judge gave no verdict on it.</exception>
    public bool IsCorrect(Problem problem, string answer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return JudgementOf(problem, answer) is not { } judgement
            ? throw new InvalidOperationException($"The judge was not asked about this answer to problem {problem.Id}; await AskAsync first.")
            : judgement.Verdict ?? throw new WinnowException($"The judge gave no verdict on an answer to problem {problem.Id}: {judgement.Reason}");
    }

    /// <summary>The judgement of an answer; null where nobody asked about it.</summary>
    public Judgement<bool>? JudgementOf(Problem problem, string answer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(answer);
        return _judgements.GetValueOrDefault((problem.Id, answer));
    }
}
