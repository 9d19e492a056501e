using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>Platt's map from scores to probabilities, p = 1 / (1 + exp(a·score + b)).</summary>
/// <param name="A">Slope; negative where a higher score means more often right.</param>
/// <param name="B">Offset.</param>
public sealed record PlattScaling(double A, double B)
{
    /// <summary>The probability of a score.</summary>
    public double Predict(double score) => 1 / (1 + Math.Exp(A * score + B));

    /// <summary>Fits by maximum likelihood to Platt's smoothed targets (n₊+1)/(n₊+2) and 1/(n₋+2), or to the outcomes as they are.</summary>
    /// <param name="scores">Shape [N]; not all equal.</param>
    /// <param name="outcomes">Shape [N]; 0 or 1.</param>
    /// <param name="smooth">Whether targets are smoothed, which keeps the fit finite also for separated scores.</param>
    /// <remarks>Source: Platt (1999), Lin, Lin and Weng (2007).</remarks>
    /// <exception cref="ArgumentException">The shapes differ, there are no items, all scores are equal, or unsmoothed outcomes are separated by them.</exception>
    public static PlattScaling Fit(ReadOnlySpan<double> scores, ReadOnlySpan<bool> outcomes, bool smooth = true)
    {
        if (scores.Length != outcomes.Length)
        {
            throw new ArgumentException($"There are {scores.Length} scores and {outcomes.Length} outcomes; give as many of each.", nameof(outcomes));
        }
        double positives = outcomes.Count(true);
        double negatives = outcomes.Length - positives;
        double[][] rows = new double[scores.Length][];
        double[] targets = new double[scores.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = [scores[i]];
            targets[i] = !smooth ? (outcomes[i] ? 1 : 0) : outcomes[i] ? (positives + 1) / (positives + 2) : 1 / (negatives + 2);
        }
        LogisticFit fit = LogisticRegression.Fit(rows, targets);
        return new PlattScaling(-fit.Coefficients[1], -fit.Coefficients[0]);
    }
}

/// <summary>One temperature for all logits, softmax(logits / T), which changes confidence but no choice.</summary>
/// <param name="Temperature">T; above 1 where the model was too sure.</param>
/// <param name="LossBefore">Mean −ln probability of the labels at T = 1. Unit: nats.</param>
/// <param name="LossAfter">The same at T.</param>
public sealed record TemperatureScaling(double Temperature, double LossBefore, double LossAfter)
{
    private const double LargestInverse = 1e9;

    /// <summary>Fits by maximum likelihood; the loss is convex in 1/T.</summary>
    /// <param name="logits">Shape [N][C], N ≥ 1.</param>
    /// <param name="labels">Shape [N].</param>
    /// <remarks>Source: Guo et al. (2017). Cost: O(N·C) for each of about a hundred bisections.</remarks>
    /// <exception cref="ArgumentException">The shapes differ, a label is no class, or no finite positive optimum exists (every label is the arg-max, or labels are no likelier than the mean).</exception>
    public static TemperatureScaling Fit(IReadOnlyList<double[]> logits, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        int[] classes = labels.ToArray();
        if (logits.Count != classes.Length || classes.Length == 0)
        {
            throw new ArgumentException($"There are {logits.Count} rows of logits and {classes.Length} labels; give as many of each, at least one.", nameof(labels));
        }
        for (int i = 0; i < classes.Length; i++)
        {
            if ((uint)classes[i] >= (uint)logits[i].Length)
            {
                throw new ArgumentException($"Label {i} is {classes[i]}; there are {logits[i].Length} classes.", nameof(labels));
            }
        }
        if (Evaluate(logits, classes, 0).Slope >= 0)
        {
            throw new ArgumentException("The labels are no likelier than chance under these logits; the best temperature is infinite.", nameof(labels));
        }
        double high = 1;
        while (Evaluate(logits, classes, high).Slope < 0)
        {
            high *= 2;
            if (high > LargestInverse)
            {
                throw new ArgumentException("Every label is the arg-max of its logits; the best temperature is 0. Use held-out items.", nameof(labels));
            }
        }
        double low = 0;
        for (int step = 0; step < 200 && high - low > 1e-16 * high; step++)
        {
            double middle = 0.5 * (low + high);
            if (Evaluate(logits, classes, middle).Slope < 0)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
        double inverse = 0.5 * (low + high);
        return new TemperatureScaling(1 / inverse, Evaluate(logits, classes, 1).Loss, Evaluate(logits, classes, inverse).Loss);
    }

    /// <summary>Fits the temperature of single logits, sigmoid(logit / T).</summary>
    /// <param name="logits">Shape [N], N ≥ 1.</param>
    /// <param name="outcomes">Shape [N].</param>
    /// <exception cref="ArgumentException">The shapes differ, or no finite positive optimum exists.</exception>
    public static TemperatureScaling Fit(ReadOnlySpan<double> logits, ReadOnlySpan<bool> outcomes)
    {
        int[] labels = new int[outcomes.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = outcomes[i] ? 1 : 0;
        }
        return Fit([.. logits.ToArray().Select(logit => new[] { 0, logit })], labels);
    }

    /// <summary>The loss at an inverse temperature, and its derivative.</summary>
    private static (double Loss, double Slope) Evaluate(IReadOnlyList<double[]> logits, int[] labels, double inverse)
    {
        double loss = 0;
        double slope = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double[] row = logits[i];
            double[] logProbs = [.. row.Select(x => inverse * x)];
            LogWeights.NormaliseInLogs(logProbs, logProbs);
            loss -= logProbs[labels[i]];
            for (int c = 0; c < row.Length; c++)
            {
                slope += Math.Exp(logProbs[c]) * (row[c] - row[labels[i]]);
            }
        }
        // Where every label is the arg-max the slope underflows from below to 0.
        return (loss / labels.Length, slope / labels.Length is 0 && inverse > 0 ? -double.Epsilon : slope / labels.Length);
    }
}
