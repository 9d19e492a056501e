namespace Winnow.Search;

/// <summary>Counts weighted votes. Every strategy that votes does it here.</summary>
public static class Voting
{
    /// <summary>
    /// The answer with the most weight. Ties go to the higher summed score, then to the earlier draw; the candidate
    /// shown is the first of the winning answer.
    /// </summary>
    /// <param name="candidates">In draw order; those without a key cast no vote.</param>
    /// <param name="weights">Shape [candidates]; each at least 0, of which those with a key count.</param>
    /// <param name="tieScores">Shape [candidates], NaN where there is none, or empty: what is summed to break ties.</param>
    /// <param name="total">What a confidence of 1 would be; null: the sum of all votes.</param>
    /// <remarks>Cost: O(candidates) and one dictionary.</remarks>
    public static AnswerChoice Count(
        IReadOnlyList<Candidate> candidates, ReadOnlySpan<double> weights, ReadOnlySpan<double> tieScores = default, double? total = null)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        if (weights.Length != candidates.Count || (!tieScores.IsEmpty && tieScores.Length != candidates.Count))
        {
            throw new ArgumentException($"There are {candidates.Count} candidates, {weights.Length} weights and {tieScores.Length} scores; give one of each for every candidate.", nameof(weights));
        }
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        List<Tally> tallies = [];
        double[] counted = new double[candidates.Count];
        double sum = 0;
        for (int i = 0; i < candidates.Count; i++)
        {
            if (candidates[i].Key is not { } key)
            {
                continue;
            }
            if (!places.TryGetValue(key, out int place))
            {
                places.Add(key, place = tallies.Count);
                tallies.Add(new Tally(key, i));
            }
            double score = tieScores.IsEmpty || double.IsNaN(tieScores[i]) ? 0 : tieScores[i];
            tallies[place] = tallies[place].With(weights[i], score);
            counted[i] = weights[i];
            sum += weights[i];
        }
        if (tallies.Count == 0)
        {
            return AnswerChoice.Nothing(candidates.Count);
        }
        Tally best = tallies[0];
        foreach (Tally tally in tallies)
        {
            best = tally.Beats(best) ? tally : best;
        }
        double whole = total ?? sum;
        return new AnswerChoice
        {
            Selected = best.First,
            Answer = best.Answer,
            Confidence = whole > 0 ? best.Weight / whole : null,
            Weights = counted,
            Votes = [.. tallies.Select(tally => new Vote(tally.Answer, tally.Weight, tally.Count))],
        };
    }

    /// <summary>
    /// What each candidate's score weighs in a vote: a probability itself, a log-probability its exponential relative
    /// to the best, and any other number the same (a softmax). 0 where there is no score.
    /// </summary>
    public static double[] WeightsOf(IReadOnlyList<Candidate> candidates, ScoreRange range)
    {
        double[] weights = ScoresOf(candidates);
        if (range == ScoreRange.Probability)
        {
            Replace(weights, score => double.IsNaN(score) ? 0 : score);
            return weights;
        }
        double best = double.NegativeInfinity;
        foreach (double score in weights)
        {
            best = score > best ? score : best;
        }
        Replace(weights, score => double.IsNaN(score) || double.IsNegativeInfinity(score) ? 0 : Math.Exp(score - best));
        return weights;
    }

    /// <summary>Each candidate's score; NaN where there is none or where it has no key.</summary>
    public static double[] ScoresOf(IReadOnlyList<Candidate> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        return [.. candidates.Select(candidate => candidate is { Key: not null, Score: { HasValue: true } score } ? score.Value : double.NaN)];
    }

    private static void Replace(Span<double> values, Func<double, double> replacement)
    {
        foreach (ref double value in values)
        {
            value = replacement(value);
        }
    }

    private readonly record struct Tally(string Answer, int First)
    {
        public double Weight { get; private init; }

        public double Score { get; private init; }

        public int Count { get; private init; }

        public Tally With(double weight, double score) => this with { Weight = Weight + weight, Score = Score + score, Count = Count + 1 };

        public bool Beats(in Tally other) => Weight > other.Weight || (Weight == other.Weight && Score > other.Score);
    }
}
