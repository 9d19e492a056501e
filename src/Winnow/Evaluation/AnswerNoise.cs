using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>How much of a mean's error comes from which items were asked, and how much from the answers drawn.</summary>
public sealed record AnswerNoise
{
    /// <summary>Mean over items.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard error of the mean from the item means.</summary>
    public required double StandardError { get; init; }

    /// <summary>Variance of the item means.</summary>
    public required double VarianceOfItemMeans { get; init; }

    /// <summary>Mean variance of the answers to one item (the mean square within items).</summary>
    public required double AnswerVariance { get; init; }

    /// <summary>Variance of the items' true means: what remains of the above without answer noise, at least 0.</summary>
    public required double QuestionVariance { get; init; }

    /// <summary>K times the variance of the item means.</summary>
    public required double MeanSquareBetween { get; init; }

    /// <summary>Part of the squared standard error that more items would lower.</summary>
    public required double QuestionShare { get; init; }

    /// <summary>Part of the squared standard error that more answers an item would lower.</summary>
    public required double AnswerShare { get; init; }

    /// <summary>Splits the error of repeated scores.</summary>
    /// <param name="scores">Shape [N][K], N ≥ 2, K ≥ 2: K answers to each of N items.</param>
    /// <remarks>Law of total variance, with unbiased estimates (Miller, 2024).</remarks>
    /// <exception cref="ArgumentException">There are fewer than two items or answers, or items differ in number of answers.</exception>
    public static AnswerNoise Of(IReadOnlyList<double[]> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        int repeats = scores.Count == 0 ? 0 : scores[0].Length;
        if (scores.Count < 2 || repeats < 2 || scores.Any(item => item.Length != repeats))
        {
            throw new ArgumentException($"There are {scores.Count} items with {repeats} answers; give at least two items with the same number of answers, at least two.", nameof(scores));
        }
        double[] means = [.. scores.Select(item => Moments.Mean(item))];
        double between = Moments.Variance(means);
        double within = scores.Average(item => Moments.Variance(item));
        double question = Math.Max(0, between - within / repeats);
        return new AnswerNoise
        {
            Mean = Moments.Mean(means),
            StandardError = Math.Sqrt(between / scores.Count),
            VarianceOfItemMeans = between,
            AnswerVariance = within,
            QuestionVariance = question,
            MeanSquareBetween = repeats * between,
            QuestionShare = question / scores.Count,
            AnswerShare = within / repeats / scores.Count,
        };
    }
}
