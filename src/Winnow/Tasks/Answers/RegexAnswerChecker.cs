using System.Text.RegularExpressions;

namespace Winnow.Tasks.Answers;

/// <summary>Right is what a regular expression matches somewhere; anchor it to match the whole.</summary>
/// <remarks>
/// Patterns come from data files and texts from models, so time is bounded: without look-around and back-references a
/// pattern runs in time linear in the text; with them it is given a second. Case matters, and
/// <c>^</c> and <c>$</c> stand at the ends of lines.
/// </remarks>
public sealed class RegexAnswerChecker : IAnswerChecker
{
    /// <summary>Most characters of a pattern.</summary>
    public const int MaxPatternLength = 4096;

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.Multiline;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Regex _pattern;

    /// <summary>A checker by a pattern.</summary>
    /// <param name="pattern">In .NET's syntax; at most <see cref="MaxPatternLength"/> characters.</param>
    /// <param name="ignoreCase">Whether capitals do not matter.</param>
    /// <exception cref="ArgumentException">The pattern is too long or no regular expression; the message says where it breaks.</exception>
    public RegexAnswerChecker(string pattern, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Length > MaxPatternLength)
        {
            throw new ArgumentException($"The pattern has {pattern.Length:N0} characters; at most {MaxPatternLength:N0} are read.", nameof(pattern));
        }
        RegexOptions options = ignoreCase ? Options | RegexOptions.IgnoreCase : Options;
        try
        {
            _pattern = new Regex(pattern, options | RegexOptions.NonBacktracking, Timeout.InfiniteTimeSpan);
        }
        catch (NotSupportedException)
        {
            _pattern = new Regex(pattern, options, Limit);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="WinnowException">The pattern took too long on this answer.</exception>
    public bool IsCorrect(Problem problem, string answer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(answer);
        try
        {
            return _pattern.IsMatch(answer);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new WinnowException(
                $"The pattern of problem {problem.Id} took longer than {Limit.TotalSeconds} s on an answer of {answer.Length:N0} characters. Write it without nested repeats, look-around and back-references.", error);
        }
    }
}
