namespace Winnow.Metrics;

/// <summary>The counts BLEU is computed from; those of a corpus are the sums over its segments.</summary>
/// <param name="Matches">Shape [order]; clipped matches of n-grams at n − 1.</param>
/// <param name="Totals">Shape [order]; n-grams of the hypotheses.</param>
/// <param name="HypothesisLength">Tokens.</param>
/// <param name="ReferenceLength">Tokens of the references closest in length.</param>
public sealed record BleuStatistics(long[] Matches, long[] Totals, long HypothesisLength, long ReferenceLength);

/// <summary>A BLEU score with what it was made of.</summary>
/// <param name="Score">0..100.</param>
/// <param name="Precisions">Shape [order]; smoothed, 0..100.</param>
/// <param name="BrevityPenalty">0..1.</param>
/// <param name="Statistics">The counts.</param>
public sealed record BleuScore(double Score, double[] Precisions, double BrevityPenalty, BleuStatistics Statistics)
{
    /// <summary>The score of some counts.</summary>
    /// <remarks>A text without any match scores 0, whatever the smoothing.</remarks>
    public static BleuScore Of(BleuStatistics statistics, BleuOptions options)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(options);
        (long hypothesis, long reference) = (statistics.HypothesisLength, statistics.ReferenceLength);
        double penalty = hypothesis >= reference ? 1 : hypothesis == 0 ? 0 : Math.Exp(1 - (double)reference / hypothesis);
        var precisions = new double[statistics.Matches.Length];
        if (!statistics.Matches.AsSpan().ContainsAnyExcept(0))
        {
            return new BleuScore(0, precisions, penalty, statistics);
        }

        double value = options.EffectiveSmoothingValue;
        double halving = 1;
        int orders = 0;
        for (; orders < precisions.Length; orders++)
        {
            double added = options.Smoothing == BleuSmoothing.AddK && orders > 0 ? value : 0;
            double matches = statistics.Matches[orders] + added;
            double total = statistics.Totals[orders] + added;
            if (total == 0)
            {
                break;
            }
            if (matches == 0)
            {
                matches = options.Smoothing switch
                {
                    BleuSmoothing.Exponential => halving /= 2,
                    BleuSmoothing.Floor => value,
                    _ => 0,
                };
            }
            precisions[orders] = 100 * matches / total;
        }

        if (!options.EffectiveOrder)
        {
            orders = precisions.Length;
        }
        double sum = 0;
        foreach (double precision in precisions.AsSpan(0, orders))
        {
            sum += Math.Log(precision);
        }
        return new BleuScore(penalty * Math.Exp(sum / orders), precisions, penalty, statistics);
    }
}
