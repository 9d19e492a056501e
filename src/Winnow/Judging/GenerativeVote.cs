namespace Winnow.Judging;

/// <summary>One judgement of several answers by a generative reward model.</summary>
/// <param name="Permutation">Shape [answers]; the answer shown at each place.</param>
/// <param name="Scores">Shape [answers], in the order shown; null where the judgement could not be read, which drops the vote.</param>
/// <param name="Meta">How far the judgement itself is trusted, on any scale; read by the guided vote only.</param>
public sealed record ScoreVote(IReadOnlyList<int> Permutation, IReadOnlyList<int>? Scores, double Meta = 0);

/// <summary>Several judgements of the same answers, summed: S*ᵢ = Σⱼ Sᵢⱼ.</summary>
/// <remarks>
/// Source: Liu et al. (2025), "Inference-Time Scaling for Generalist Reward Modeling". Each judgement should show the answers in a
/// fresh order: without it the judge's liking for a place is summed too.
/// </remarks>
public sealed record GenerativeVote
{
    /// <summary>Judgements that could be read.</summary>
    public required int EffectiveVotes { get; init; }

    /// <summary>Shape [effective votes][answers]; the scores in the order of the answers.</summary>
    public required IReadOnlyList<int[]> Scores { get; init; }

    /// <summary>Indices of the readable judgements that were summed.</summary>
    public required IReadOnlyList<int> Kept { get; init; }

    /// <summary>Shape [answers].</summary>
    public required IReadOnlyList<int> Sums { get; init; }

    /// <summary>The answer with the highest sum, ties to the earlier; −1 where no judgement could be read.</summary>
    public required int Best { get; init; }

    /// <summary>The answers that share the highest sum.</summary>
    public required IReadOnlyList<int> Tied { get; init; }

    /// <summary>Readable judgements that score all answers alike and so say nothing; null where there is one answer only.</summary>
    public required int? Uninformative { get; init; }

    /// <summary>Sums all readable judgements.</summary>
    /// <param name="answers">How many answers were judged; at least 1.</param>
    /// <param name="votes">The judgements.</param>
    /// <exception cref="ArgumentException">A judgement does not fit the number of answers.</exception>
    public static GenerativeVote Sum(int answers, IReadOnlyList<ScoreVote> votes) => Sum(answers, votes, int.MaxValue);

    /// <summary>Sums the readable judgements that are trusted most; ties go to the earlier.</summary>
    /// <param name="answers">How many answers were judged; at least 1.</param>
    /// <param name="votes">The judgements.</param>
    /// <param name="keep">How many are summed; at least 1. The paper keeps half.</param>
    /// <exception cref="ArgumentException">A judgement does not fit the number of answers.</exception>
    public static GenerativeVote Guided(int answers, IReadOnlyList<ScoreVote> votes, int keep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        return Sum(answers, votes, keep);
    }

    private static GenerativeVote Sum(int answers, IReadOnlyList<ScoreVote> votes, int keep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(answers, 1);
        ArgumentNullException.ThrowIfNull(votes);
        List<int[]> read = [];
        List<double> trust = [];
        foreach (ScoreVote vote in votes)
        {
            if (vote.Scores is not { } shown)
            {
                continue;
            }
            if (shown.Count != answers || vote.Permutation.Count != answers || !vote.Permutation.Order().SequenceEqual(Enumerable.Range(0, answers)))
            {
                throw new ArgumentException($"A judgement shows {vote.Permutation.Count} places and {shown.Count} scores; give a permutation of 0 … {answers - 1} and as many scores.", nameof(votes));
            }
            int[] own = new int[answers];
            for (int place = 0; place < answers; place++)
            {
                own[vote.Permutation[place]] = shown[place];
            }
            read.Add(own);
            trust.Add(vote.Meta);
        }
        int[] kept = keep >= read.Count
            ? [.. Enumerable.Range(0, read.Count)]
            : [.. Enumerable.Range(0, read.Count).OrderByDescending(i => trust[i]).Take(keep).Order()];
        int[] sums = [.. Enumerable.Range(0, answers).Select(answer => kept.Sum(i => read[i][answer]))];
        int[] tied = kept.Length == 0 ? [] : [.. Enumerable.Range(0, answers).Where(answer => sums[answer] == sums.Max())];
        return new GenerativeVote
        {
            EffectiveVotes = read.Count,
            Scores = read,
            Kept = kept,
            Sums = sums,
            Best = tied.Length == 0 ? -1 : tied[0],
            Tied = tied,
            Uninformative = answers == 1 ? null : read.Count(scores => scores.All(score => score == scores[0])),
        };
    }
}

/// <summary>The reward by rule that trains a generative reward model: 1 for a judgement that is right, −1 for any other.</summary>
/// <remarks>Source: Liu et al. (2025).</remarks>
public static class JudgementReward
{
    /// <summary>Right where the best answer's score is above every other's.</summary>
    /// <param name="scores">Shape [answers], at least two.</param>
    /// <param name="best">Index of the answer that is best.</param>
    /// <exception cref="ArgumentException">There are fewer than two answers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such answer.</exception>
    public static int OfRanking(ReadOnlySpan<int> scores, int best)
    {
        if (scores.Length < 2)
        {
            throw new ArgumentException($"There are {scores.Length} scores; a ranking has at least two. Use OfRating for one.", nameof(scores));
        }
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)best, (uint)scores.Length, nameof(best));
        for (int i = 0; i < scores.Length; i++)
        {
            if (i != best && scores[i] >= scores[best])
            {
                return -1;
            }
        }
        return 1;
    }

    /// <summary>Right where the score of a single answer is its label.</summary>
    public static int OfRating(int score, int label) => score == label ? 1 : -1;
}
