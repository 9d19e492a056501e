using Winnow.Numerics;

namespace Winnow.Judging;

/// <summary>Strengths of players from pairwise wins: i beats j with probability 1 / (1 + exp(s_j − s_i)).</summary>
/// <param name="LogStrengths">Shape [P]; the first is 0.</param>
/// <param name="StandardErrors">Shape [P]; of the differences to the first player; 0 for itself.</param>
/// <param name="LogLikelihood">Of the games, without binomial coefficients.</param>
/// <remarks>Source: Zermelo (1929), Bradley and Terry (1952).</remarks>
public sealed record BradleyTerry(IReadOnlyList<double> LogStrengths, IReadOnlyList<double> StandardErrors, double LogLikelihood)
{
    /// <summary>The strengths shifted so that their mean is 0.</summary>
    public IReadOnlyList<double> Centred
    {
        get
        {
            double mean = LogStrengths.Average();
            return [.. LogStrengths.Select(strength => strength - mean)];
        }
    }

    /// <summary>The probability that one player beats another.</summary>
    public double WinProbability(int player, int opponent) => 1 / (1 + Math.Exp(LogStrengths[opponent] - LogStrengths[player]));

    /// <summary>Fits by maximum likelihood.</summary>
    /// <param name="wins">Shape [P][P], P ≥ 2; wins[i][j] = times i beat j; the diagonal is ignored.</param>
    /// <remarks>A finite maximum exists where every player can be reached from every other along wins (Ford, 1957). Cost: O(P⁴) a Newton step.</remarks>
    /// <exception cref="ArgumentException">The table is not square, or some group of players never loses to, never beats or never meets the others.</exception>
    public static BradleyTerry Fit(IReadOnlyList<double[]> wins)
    {
        CheckSquare(wins);
        int players = wins.Count;
        CheckReachable(players, (i, j) => wins[i][j] > 0, "beats");
        CheckReachable(players, (i, j) => wins[j][i] > 0, "loses to");
        (List<double[]> rows, double[] successes, double[] trials) = Games(wins);
        // Only differences are known, so that the first strength is held at 0.
        LogisticFit fit = LogisticRegression.Fit([.. rows.Select(row => row[1..])], successes, trials, intercept: false);
        return new BradleyTerry([0, .. fit.Coefficients], [0, .. fit.StandardErrors], fit.LogLikelihood);
    }

    /// <summary>The most probable strengths where each is a priori normal around 0: minimises −ln L + penalty · Σ s². Finite for any games.</summary>
    /// <param name="wins">Shape [P][P], P ≥ 2; wins[i][j] = times i beat j; the diagonal is ignored.</param>
    /// <param name="penalty">Greater than 0; 1 / (2σ²) of the prior.</param>
    /// <returns>Shape [P]; mean 0.</returns>
    /// <exception cref="ArgumentException">The table is not square, nobody has played, or the penalty is not positive.</exception>
    public static IReadOnlyList<double> RidgeStrengths(IReadOnlyList<double[]> wins, double penalty)
    {
        CheckSquare(wins);
        if (!(penalty > 0) || double.IsInfinity(penalty))
        {
            throw new ArgumentOutOfRangeException(nameof(penalty), penalty, $"The penalty is {penalty}; it must be positive and finite.");
        }
        (List<double[]> rows, double[] successes, double[] trials) = Games(wins);
        return rows.Count > 0
            ? LogisticRegression.FitRidge(rows, successes, 1 / (2 * penalty), trials, intercept: false).Coefficients
            : throw new ArgumentException("Nobody has played; give at least one game.", nameof(wins));
    }

    internal static void CheckSquare(IReadOnlyList<double[]> wins)
    {
        ArgumentNullException.ThrowIfNull(wins);
        if (wins.Count < 2 || wins.Any(row => row.Length != wins.Count))
        {
            throw new ArgumentException($"There are {wins.Count} rows of wins; give a square table of at least two players.", nameof(wins));
        }
    }

    /// <summary>A row for each pair that has met, 1 for the one and −1 for the other, with the wins of the one among their games.</summary>
    private static (List<double[]> Rows, double[] Successes, double[] Trials) Games(IReadOnlyList<double[]> wins)
    {
        List<double[]> rows = [];
        List<double> successes = [];
        List<double> trials = [];
        for (int i = 0; i < wins.Count; i++)
        {
            for (int j = i + 1; j < wins.Count; j++)
            {
                double games = wins[i][j] + wins[j][i];
                if (games == 0)
                {
                    continue;
                }
                double[] row = new double[wins.Count];
                (row[i], row[j]) = (1, -1);
                rows.Add(row);
                successes.Add(wins[i][j]);
                trials.Add(games);
            }
        }
        return (rows, [.. successes], [.. trials]);
    }

    internal static void CheckReachable(int players, Func<int, int, bool> leadsTo, string verb)
    {
        var reached = new HashSet<int> { 0 };
        var open = new Stack<int>([0]);
        while (open.TryPop(out int player))
        {
            for (int other = 0; other < players; other++)
            {
                if (other != player && leadsTo(player, other) && reached.Add(other))
                {
                    open.Push(other);
                }
            }
        }
        if (reached.Count < players)
        {
            throw new ArgumentException($"No finite maximum exists: none of players {string.Join(", ", reached.Order())} ever {verb} one of the other {players - reached.Count}. Add games between them.", nameof(players));
        }
    }
}
