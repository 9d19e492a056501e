using System.Text.RegularExpressions;
using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>The grade of a multiple-choice item from the log-probabilities of its choices.</summary>
/// <param name="Score">Target score of the most probable choice, averaged over ties.</param>
/// <param name="ChoiceProbabilities">Softmax over the choices.</param>
/// <param name="Confidence">The largest of them.</param>
/// <param name="Brier">Σ (probability − target score)².</param>
public sealed record MultipleChoiceGrade(double Score, IReadOnlyList<double> ChoiceProbabilities, double Confidence, double Brier);

/// <summary>An answer compared with its targets.</summary>
/// <param name="PostProcessed">What the stop string and the pattern leave of the output.</param>
/// <param name="Score">1 where it equals a target after its outer white space is stripped, else 0.</param>
/// <param name="StrictScore">The same without stripping.</param>
public sealed record ExactMatch(string PostProcessed, int Score, int StrictScore);

/// <summary>The scores of BIG-bench's JSON tasks.</summary>
/// <remarks>Source: Srivastava et al. (2022).</remarks>
public static class BigBenchScores
{
    private const string FirstSentence = @"[^\.\?\!\;\n]+";
    private static readonly TimeSpan PatternLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>A score on the common scale: 0 is chance, 100 the best; may be negative.</summary>
    /// <param name="raw">The score.</param>
    /// <param name="low">Score of chance.</param>
    /// <param name="high">Best score, another.</param>
    /// <exception cref="ArgumentException">Low and high are equal.</exception>
    public static double Normalised(double raw, double low, double high) => high != low
        ? 100 * (raw - low) / (high - low)
        : throw new ArgumentException($"Low and high are both {low}; they must differ.", nameof(high));

    /// <summary>The score of a random choice: the mean over examples of the mean target score.</summary>
    /// <param name="targetScores">Shape [examples][choices].</param>
    /// <exception cref="ArgumentException">There are no examples, or one has no choices.</exception>
    public static double Chance(IReadOnlyList<double[]> targetScores)
    {
        ArgumentNullException.ThrowIfNull(targetScores);
        return targetScores.Count > 0
            ? targetScores.Average(scores => Moments.Mean(scores))
            : throw new ArgumentException("There are no examples; give at least one.", nameof(targetScores));
    }

    /// <summary>Grades a multiple-choice item.</summary>
    /// <param name="logProbabilities">Shape [choices]; ln P(choice | prompt); −∞ allowed, not all.</param>
    /// <param name="targetScores">Shape [choices].</param>
    /// <exception cref="ArgumentException">The shapes differ, or no choice has a finite log-probability.</exception>
    public static MultipleChoiceGrade MultipleChoice(ReadOnlySpan<double> logProbabilities, ReadOnlySpan<double> targetScores)
    {
        if (logProbabilities.Length != targetScores.Length)
        {
            throw new ArgumentException($"There are {logProbabilities.Length} log-probabilities and {targetScores.Length} target scores; give both for each choice.", nameof(targetScores));
        }
        double[] probabilities = new double[logProbabilities.Length];
        LogWeights.Normalise(logProbabilities, probabilities);
        double best = System.Numerics.Tensors.TensorPrimitives.Max(logProbabilities);
        double score = 0;
        int ties = 0;
        double brier = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (logProbabilities[i] == best)
            {
                score += targetScores[i];
                ties++;
            }
            brier += (probabilities[i] - targetScores[i]) * (probabilities[i] - targetScores[i]);
        }
        return new MultipleChoiceGrade(score / ties, probabilities, probabilities.Max(), brier);
    }

    /// <summary>Compares an output with its targets.</summary>
    /// <param name="output">What the model wrote.</param>
    /// <param name="targets">Acceptable answers.</param>
    /// <param name="stopString">The output is cut at its first occurrence; null for none.</param>
    /// <param name="outputPattern">The first match is kept, an empty text where there is none; null keeps everything, or without a stop string the first run without . ? ! ; or line break.</param>
    /// <remarks>A pattern comes from a task file: it runs in linear time where it can, and otherwise for at most 100 ms.</remarks>
    /// <exception cref="ArgumentException">The pattern is no regular expression.</exception>
    /// <exception cref="RegexMatchTimeoutException">The pattern needs backtracking and took longer.</exception>
    public static ExactMatch ExactStringMatch(string output, IReadOnlyList<string> targets, string? stopString = null, string? outputPattern = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(targets);
        string text = output;
        if (!string.IsNullOrEmpty(stopString) && text.IndexOf(stopString, StringComparison.Ordinal) is >= 0 and int stop)
        {
            text = text[..stop];
        }
        string? pattern = outputPattern ?? (stopString is null ? FirstSentence : null);
        if (pattern is not null)
        {
            text = FirstMatch(text, pattern);
        }
        string stripped = text.Trim();
        return new ExactMatch(text, targets.Contains(stripped, StringComparer.Ordinal) ? 1 : 0, targets.Contains(text, StringComparer.Ordinal) ? 1 : 0);
    }

    private static string FirstMatch(string text, string pattern)
    {
        try
        {
            return Regex.Match(text, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout).Value;
        }
        catch (NotSupportedException)
        {
            // Look-arounds and back-references need backtracking; the limit on time still holds.
            return Regex.Match(text, pattern, RegexOptions.CultureInvariant, PatternLimit).Value;
        }
    }
}
