namespace Winnow.Search;

/// <summary>How the numbers of a process scorer for the steps of an answer become one.</summary>
public enum StepAggregation
{
    /// <summary>That of the last step.</summary>
    Last,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>Their product, formed in log space.</summary>
    Product,

    /// <summary>Their mean.</summary>
    Mean,
}

/// <summary>Reduces step scores to one number.</summary>
public static class StepScores
{
    /// <summary>Reduces step scores.</summary>
    /// <param name="steps">Shape [steps], at least one.</param>
    /// <param name="aggregation">How. <see cref="StepAggregation.Product"/> wants numbers of at least 0.</param>
    /// <exception cref="ArgumentException">There is no step, or one is NaN.</exception>
    public static double Aggregate(ReadOnlySpan<double> steps, StepAggregation aggregation)
    {
        Check(steps);
        double sum = 0;
        double min = double.PositiveInfinity;
        foreach (double step in steps)
        {
            sum += step;
            min = Math.Min(min, step);
        }
        return aggregation switch
        {
            StepAggregation.Last => steps[^1],
            StepAggregation.Min => min,
            StepAggregation.Product => Math.Exp(LogProduct(steps)),
            StepAggregation.Mean => sum / steps.Length,
            _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "Use Last, Min, Product or Mean."),
        };
    }

    /// <summary>The natural log of their product, which stays finite where the product underflows; −∞ where a step is 0.</summary>
    /// <param name="steps">Shape [steps], at least one; each at least 0.</param>
    /// <exception cref="ArgumentException">There is no step, or one is NaN or negative.</exception>
    public static double LogProduct(ReadOnlySpan<double> steps)
    {
        Check(steps);
        double logs = 0;
        foreach (double step in steps)
        {
            if (step < 0)
            {
                throw new ArgumentException($"A product wants numbers of at least 0; there is {step}. Log-probabilities of steps are sums already: use {nameof(StepAggregation.Last)}.", nameof(steps));
            }
            logs += Math.Log(step);
        }
        return logs;
    }

    /// <summary>The same score with its steps reduced; unchanged where there is no number or no steps.</summary>
    public static Score Aggregate(in Score score, StepAggregation aggregation) =>
        score is not { HasValue: true, Steps: { } steps } || aggregation == StepAggregation.Last
            ? score
            : Score.Of(Aggregate([.. steps], aggregation));

    private static void Check(ReadOnlySpan<double> steps)
    {
        if (steps.IsEmpty)
        {
            throw new ArgumentException("There are no steps to aggregate; score at least one.", nameof(steps));
        }
        foreach (double step in steps)
        {
            if (double.IsNaN(step))
            {
                throw new ArgumentException("A step's score is not a number; leave out what has no score.", nameof(steps));
            }
        }
    }
}
