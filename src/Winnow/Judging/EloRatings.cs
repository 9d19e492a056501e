namespace Winnow.Judging;

/// <summary>Elo ratings, updated game by game; they depend on the order of the games.</summary>
/// <remarks>Source: Elo (1978). For a fixed set of games <see cref="BradleyTerry"/> does without the order.</remarks>
public sealed class EloRatings
{
    private readonly double[] ratings;
    private readonly double k;
    private readonly double scale;

    /// <summary>Starts from given ratings.</summary>
    /// <param name="start">Shape [P].</param>
    /// <param name="k">Points at stake in a game; greater than 0.</param>
    /// <param name="scale">Difference of ratings at which the odds are 10 to 1; greater than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">K or the scale is not positive.</exception>
    public EloRatings(ReadOnlySpan<double> start, double k = 32, double scale = 400)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        ratings = start.ToArray();
        this.k = k;
        this.scale = scale;
    }

    /// <summary>The ratings now.</summary>
    public ReadOnlySpan<double> Ratings => ratings;

    /// <summary>The score that a player is expected to make against another. Range: 0 … 1.</summary>
    public double Expected(int player, int opponent) => 1 / (1 + Math.Pow(10, (ratings[opponent] - ratings[player]) / scale));

    /// <summary>Takes in a game.</summary>
    /// <param name="player">Index of the first player.</param>
    /// <param name="opponent">Index of the second, another.</param>
    /// <param name="score">1 where the first won, 0 where the second did, ½ for a tie.</param>
    /// <exception cref="ArgumentOutOfRangeException">The score lies outside [0, 1], or a player meets itself.</exception>
    public void Add(int player, int opponent, double score)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(opponent, player);
        if (!(score >= 0 && score <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(score), score, $"The score is {score}; it must lie in [0, 1].");
        }
        double gain = k * (score - Expected(player, opponent));
        ratings[player] += gain;
        ratings[opponent] -= gain;
    }
}
