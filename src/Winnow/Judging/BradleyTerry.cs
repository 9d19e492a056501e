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
        ArgumentNullException.ThrowIfNull(wins);
        int players = wins.Count;
        if (players < 2 || wins.Any(row => row.Length != players))
            throw new ArgumentException($"There are {players} rows of wins; give a square table of at least two players.", nameof(wins));
        CheckReachable(players, (i, j) => wins[i][j] > 0, "beats");
        CheckReachable(players, (i, j) => wins[j][i] > 0, "loses to");
        var rows = new List<double[]>();
        var successes = new List<double>();
        var trials = new List<double>();
        for (int i = 0; i < players; i++)
        {
            for (int j = i + 1; j < players; j++)
            {
                double games = wins[i][j] + wins[j][i];
                if (games == 0)
                    continue;
                double[] row = new double[players - 1];
                if (i > 0)
                    row[i - 1] = 1;
                row[j - 1] = -1;
                rows.Add(row);
                successes.Add(wins[i][j]);
                trials.Add(games);
            }
        }
        LogisticFit fit = LogisticRegression.Fit(rows, successes.ToArray(), trials.ToArray(), intercept: false);
        return new BradleyTerry([0, .. fit.Coefficients], [0, .. fit.StandardErrors], fit.LogLikelihood);
    }

    private static void CheckReachable(int players, Func<int, int, bool> leadsTo, string verb)
    {
        var reached = new HashSet<int> { 0 };
        var open = new Stack<int>([0]);
        while (open.TryPop(out int player))
        {
            for (int other = 0; other < players; other++)
            {
                if (other != player && leadsTo(player, other) && reached.Add(other))
                    open.Push(other);
            }
        }
        if (reached.Count < players)
            throw new ArgumentException($"No finite maximum exists: none of players {string.Join(", ", reached.Order())} ever {verb} one of the other {players - reached.Count}. Add games between them.", nameof(players));
    }
}
