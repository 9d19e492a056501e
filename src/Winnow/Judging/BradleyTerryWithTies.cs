using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.Optimization;

namespace Winnow.Judging;

/// <summary>How a tie comes about.</summary>
public enum TieModel
{
    /// <summary>Weight ν·√(ab) beside a and b (Davidson, 1970).</summary>
    Davidson,

    /// <summary>Players closer than a threshold η ≥ 1 are not told apart (Rao and Kupper, 1967).</summary>
    RaoKupper,
}

/// <summary>Strengths of players from wins and ties.</summary>
/// <param name="Model">How ties come about.</param>
/// <param name="LogStrengths">Shape [P]; mean 0.</param>
/// <param name="Tie">ν of Davidson's model, greater than 0; η of Rao's and Kupper's, greater than 1.</param>
/// <param name="LogLikelihood">Of the games, without multinomial coefficients.</param>
/// <remarks>
/// With a = exp(s₁), b = exp(s₂): Davidson P(first) = a / (a + b + ν√(ab)), P(tie) = ν√(ab) / (a + b + ν√(ab));
/// Rao and Kupper P(first) = a / (a + ηb), P(tie) = (η² − 1)ab / ((a + ηb)(b + ηa)).
/// </remarks>
public sealed record BradleyTerryWithTies(TieModel Model, IReadOnlyList<double> LogStrengths, double Tie, double LogLikelihood)
{
    /// <summary>The probabilities of a game between two players.</summary>
    public (double Win, double Tie, double Loss) Probabilities(int player, int opponent)
    {
        (double win, double tie, double loss) = LogProbabilities(LogStrengths[player], LogStrengths[opponent], Math.Log(Tie));
        return (Math.Exp(win), Math.Exp(tie), Math.Exp(loss));
    }

    /// <summary>Fits by maximum likelihood.</summary>
    /// <param name="wins">Shape [P][P], P ≥ 2; wins[i][j] = times i beat j.</param>
    /// <param name="ties">Shape [P][P], symmetric; ties[i][j] = ties between i and j, counted once.</param>
    /// <param name="model">How ties come about.</param>
    /// <remarks>Cost: O(P²) a step of a quasi-Newton search; the likelihood has one maximum.</remarks>
    /// <exception cref="ArgumentException">The tables are not square or not of one size, ties are not symmetric, there is no win or no tie, or some players never meet the others.</exception>
    public static BradleyTerryWithTies Fit(IReadOnlyList<double[]> wins, IReadOnlyList<double[]> ties, TieModel model)
    {
        BradleyTerry.CheckSquare(wins);
        BradleyTerry.CheckSquare(ties);
        int players = wins.Count;
        if (ties.Count != players || Pairs(players).Any(pair => ties[pair.I][pair.J] != ties[pair.J][pair.I]))
        {
            throw new ArgumentException($"Ties must be a symmetric table of {players} players, each tie counted once.", nameof(ties));
        }
        if (!Pairs(players).Any(pair => ties[pair.I][pair.J] > 0) || !Pairs(players).Any(pair => wins[pair.I][pair.J] + wins[pair.J][pair.I] > 0))
        {
            throw new ArgumentException("There is no tie, or nothing but ties; no finite maximum exists. Fit wins alone with BradleyTerry.", nameof(ties));
        }
        BradleyTerry.CheckReachable(players, (i, j) => wins[i][j] + ties[i][j] > 0, "beats or ties with");
        BradleyTerry.CheckReachable(players, (i, j) => wins[j][i] + ties[i][j] > 0, "loses to or ties with");

        // The last number is ln ν, or ln(η − 1), so that any real number is allowed.
        IObjectiveFunction objective = ObjectiveFunction.Gradient(
            point => -LogLikelihoodAt(point, wins, ties, model),
            point => Gradient(point, wins, ties, model));
        Vector<double> optimum = new BfgsMinimizer(1e-9, 1e-12, 1e-14, 2000).FindMinimum(objective, DenseVector.Create(players, 0)).MinimizingPoint;
        double[] strengths = Strengths(optimum);
        double mean = strengths.Average();
        return new BradleyTerryWithTies(
            model, [.. strengths.Select(s => s - mean)], Math.Exp(LogTie(optimum, model)), LogLikelihoodAt(optimum, wins, ties, model));
    }

    private static IEnumerable<(int I, int J)> Pairs(int players) =>
        Enumerable.Range(0, players).SelectMany(i => Enumerable.Range(i + 1, players - i - 1).Select(j => (i, j)));

    private static double[] Strengths(Vector<double> point) => [0, .. point.Take(point.Count - 1)];

    private static double LogTie(Vector<double> point, TieModel model) => model == TieModel.Davidson ? point[^1] : SoftPlus(point[^1]);

    private (double Win, double Tie, double Loss) LogProbabilities(double a, double b, double logTie) => LogProbabilities(a, b, logTie, Model);

    private static (double Win, double Tie, double Loss) LogProbabilities(double a, double b, double logTie, TieModel model)
    {
        if (model == TieModel.Davidson)
        {
            double tie = logTie + (a + b) / 2;
            double total = Add(Add(a, b), tie);
            return (a - total, tie - total, b - total);
        }
        double first = Add(a, logTie + b);
        double second = Add(b, logTie + a);
        return (a - first, Math.Log(Math.Exp(2 * logTie) - 1) + a + b - first - second, b - second);
    }

    private static double LogLikelihoodAt(Vector<double> point, IReadOnlyList<double[]> wins, IReadOnlyList<double[]> ties, TieModel model)
    {
        double[] strengths = Strengths(point);
        double logTie = LogTie(point, model);
        double sum = 0;
        foreach ((int i, int j) in Pairs(strengths.Length))
        {
            if (wins[i][j] + wins[j][i] + ties[i][j] == 0)
            {
                continue;
            }
            (double win, double tie, double loss) = LogProbabilities(strengths[i], strengths[j], logTie, model);
            sum += wins[i][j] * win + wins[j][i] * loss + (ties[i][j] == 0 ? 0 : ties[i][j] * tie);
        }
        return sum;
    }

    /// <summary>Of the negative log-likelihood.</summary>
    private static DenseVector Gradient(Vector<double> point, IReadOnlyList<double[]> wins, IReadOnlyList<double[]> ties, TieModel model)
    {
        double[] s = Strengths(point);
        double logTie = LogTie(point, model);
        double[] rise = new double[s.Length];
        double tieRise = 0;
        foreach ((int i, int j) in Pairs(s.Length))
        {
            (double w, double l, double t) = (wins[i][j], wins[j][i], ties[i][j]);
            double games = w + l + t;
            if (games == 0)
            {
                continue;
            }
            if (model == TieModel.Davidson)
            {
                (double win, double tie, double loss) = LogProbabilities(s[i], s[j], logTie, model);
                rise[i] += w + t / 2 - games * (Math.Exp(win) + Math.Exp(tie) / 2);
                rise[j] += l + t / 2 - games * (Math.Exp(loss) + Math.Exp(tie) / 2);
                tieRise += t - games * Math.Exp(tie);
                continue;
            }
            double above = Math.Exp(s[i] - Add(s[i], logTie + s[j]));
            double below = Math.Exp(s[j] - Add(s[j], logTie + s[i]));
            rise[i] += w + t - (w + t) * above - (l + t) * (1 - below);
            rise[j] += l + t - (l + t) * below - (w + t) * (1 - above);
            double square = Math.Exp(2 * logTie);
            tieRise += t * 2 * square / (square - 1) - (w + t) * (1 - above) - (l + t) * (1 - below);
        }
        // d ln η / d ln(η − 1) = (η − 1) / η.
        double chain = model == TieModel.Davidson ? 1 : 1 - Math.Exp(-logTie);
        return DenseVector.OfEnumerable([.. rise.Skip(1).Select(x => -x), -tieRise * chain]);
    }

    private static double Add(double a, double b) => Math.Max(a, b) + Math.Log(1 + Math.Exp(-Math.Abs(a - b)));

    private static double SoftPlus(double x) => Add(x, 0);
}
