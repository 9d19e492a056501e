using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Winnow.Numerics;

/// <summary>
/// Distribution functions and quantiles of the normal, Student's t, χ², beta and binomial laws, accurate in relative
/// terms far into the tails, where p-values live.
/// </summary>
/// <remarks>
/// The incomplete beta function is summed as its continued fraction (modified Lentz) behind a prefix in the
/// saddle-point form of Loader (2000), which keeps about 13 digits also for parameters of 10⁵; the normal and gamma
/// functions are MathNet's. Cost: microseconds; a quantile costs some ten evaluations.
/// </remarks>
public static class Distributions
{
    private const double Sqrt2 = 1.4142135623730951;

    /// <summary>P[Z ≤ x] of the standard normal.</summary>
    /// <param name="x">Any number.</param>
    public static double NormalCdf(double x) => 0.5 * SpecialFunctions.Erfc(-x / Sqrt2);

    /// <summary>ln P[Z ≤ x] of the standard normal; finite also where the probability underflows.</summary>
    /// <param name="x">Any number.</param>
    public static double NormalLogCdf(double x)
    {
        const double FarTail = -20;
        if (x > FarTail)
        {
            return x > 0 ? SpecialFunctions.Log1p(-NormalCdf(-x)) : Math.Log(NormalCdf(x));
        }
        // Laplace's continued fraction of the Mills ratio.
        double fraction = 0;
        for (int k = 60; k >= 1; k--)
        {
            fraction = k / (-x + fraction);
        }
        return -0.5 * x * x - 0.5 * Math.Log(2 * Math.PI) - Math.Log(-x + fraction);
    }

    /// <summary>The number that a standard normal stays below with probability p.</summary>
    /// <param name="p">0 … 1; −∞ at 0, +∞ at 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">p lies outside [0, 1].</exception>
    public static double NormalQuantile(double p)
    {
        CheckProbability(p);
        return p switch
        {
            0 => double.NegativeInfinity,
            1 => double.PositiveInfinity,
            _ => Normal.InvCDF(0, 1, p),
        };
    }

    /// <summary>z with P[|Z| &gt; z] = α: 1.96 at α = 0.05.</summary>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">α lies outside (0, 1).</exception>
    public static double NormalCritical(double alpha)
    {
        CheckAlpha(alpha);
        return -NormalQuantile(alpha / 2);
    }

    /// <summary>P[T ≤ x] of Student's t.</summary>
    /// <param name="x">Any number.</param>
    /// <param name="degreesOfFreedom">Greater than 0.</param>
    public static double StudentCdf(double x, double degreesOfFreedom)
    {
        CheckPositive(degreesOfFreedom, nameof(degreesOfFreedom));
        double tail = 0.5 * StudentTwoSided(x, degreesOfFreedom);
        return x <= 0 ? tail : 1 - tail;
    }

    /// <summary>P[|T| ≥ |x|] of Student's t: the two-sided p-value.</summary>
    /// <param name="x">Any number.</param>
    /// <param name="degreesOfFreedom">Greater than 0.</param>
    public static double StudentTwoSided(double x, double degreesOfFreedom)
    {
        CheckPositive(degreesOfFreedom, nameof(degreesOfFreedom));
        if (double.IsNaN(x))
        {
            return double.NaN;
        }
        if (double.IsInfinity(x))
        {
            return 0;
        }
        double square = x * x;
        return IncompleteBeta(degreesOfFreedom / (degreesOfFreedom + square), square / (degreesOfFreedom + square), degreesOfFreedom / 2, 0.5).Lower;
    }

    /// <summary>The number that Student's t stays below with probability p.</summary>
    /// <param name="p">0 … 1.</param>
    /// <param name="degreesOfFreedom">Greater than 0.</param>
    public static double StudentQuantile(double p, double degreesOfFreedom)
    {
        CheckProbability(p);
        CheckPositive(degreesOfFreedom, nameof(degreesOfFreedom));
        if (p == 0.5)
        {
            return 0;
        }
        if (p is 0 or 1)
        {
            return p == 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }
        double tail = Math.Min(p, 1 - p);
        double high = 1;
        while (0.5 * StudentTwoSided(high, degreesOfFreedom) > tail)
        {
            high *= 2;
        }
        double size = Invert(x => 0.5 * StudentTwoSided(x, degreesOfFreedom), tail, 0, high);
        return p < 0.5 ? -size : size;
    }

    /// <summary>t with P[|T| &gt; t] = α.</summary>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <param name="degreesOfFreedom">Greater than 0.</param>
    public static double StudentCritical(double alpha, double degreesOfFreedom)
    {
        CheckAlpha(alpha);
        return -StudentQuantile(alpha / 2, degreesOfFreedom);
    }

    /// <summary>P[X ≥ x] of χ².</summary>
    /// <param name="x">At least 0.</param>
    /// <param name="degreesOfFreedom">Greater than 0.</param>
    public static double ChiSquareSurvival(double x, double degreesOfFreedom)
    {
        CheckPositive(degreesOfFreedom, nameof(degreesOfFreedom));
        if (x <= 0)
        {
            return 1;
        }
        return degreesOfFreedom == 1
            ? SpecialFunctions.Erfc(Math.Sqrt(x / 2))
            : SpecialFunctions.GammaUpperRegularized(degreesOfFreedom / 2, x / 2);
    }

    /// <summary>The number that χ² stays below with probability p.</summary>
    /// <param name="p">0 … 1.</param>
    /// <param name="degreesOfFreedom">Greater than 0.</param>
    public static double ChiSquareQuantile(double p, double degreesOfFreedom)
    {
        CheckProbability(p);
        CheckPositive(degreesOfFreedom, nameof(degreesOfFreedom));
        if (p is 0 or 1)
        {
            return p == 0 ? 0 : double.PositiveInfinity;
        }
        double high = degreesOfFreedom + 1;
        while (ChiSquareSurvival(high, degreesOfFreedom) > 1 - p)
        {
            high *= 2;
        }
        return p < 0.5
            ? Invert(x => -SpecialFunctions.GammaLowerRegularized(degreesOfFreedom / 2, x / 2), -p, 0, high)
            : Invert(x => ChiSquareSurvival(x, degreesOfFreedom), 1 - p, 0, high);
    }

    /// <summary>P[X ≤ x] of the beta law: the regularised incomplete beta function.</summary>
    /// <param name="x">0 … 1.</param>
    /// <param name="a">Greater than 0.</param>
    /// <param name="b">Greater than 0.</param>
    public static double BetaCdf(double x, double a, double b)
    {
        CheckPositive(a, nameof(a));
        CheckPositive(b, nameof(b));
        return x <= 0 ? 0 : x >= 1 ? 1 : IncompleteBeta(x, 1 - x, a, b).Lower;
    }

    /// <summary>The number that the beta law stays below with probability p.</summary>
    /// <param name="p">0 … 1.</param>
    /// <param name="a">Greater than 0.</param>
    /// <param name="b">Greater than 0.</param>
    public static double BetaQuantile(double p, double a, double b)
    {
        CheckProbability(p);
        CheckPositive(a, nameof(a));
        CheckPositive(b, nameof(b));
        if (p is 0 or 1)
        {
            return p;
        }
        return p <= 0.5
            ? Invert(x => -BetaCdf(x, a, b), -p, 0, 1)
            : Invert(x => x <= 0 ? 1 : x >= 1 ? 0 : IncompleteBeta(x, 1 - x, a, b).Upper, 1 - p, 0, 1);
    }

    /// <summary>P[K ≤ k] of the binomial law.</summary>
    /// <param name="k">Successes; anything below 0 gives 0, anything from n on gives 1.</param>
    /// <param name="n">Trials, at least 0.</param>
    /// <param name="p">Success probability, 0 … 1.</param>
    public static double BinomialCdf(long k, long n, double p)
    {
        CheckBinomial(n, p);
        if (k < 0 || k >= n)
        {
            return k < 0 ? 0 : 1;
        }
        return p is 0 or 1 ? 1 - p : IncompleteBeta(1 - p, p, n - k, k + 1).Lower;
    }

    /// <summary>ln P[K ≤ k] of the binomial law; finite also where the probability underflows.</summary>
    /// <param name="k">Successes.</param>
    /// <param name="n">Trials, at least 0.</param>
    /// <param name="p">Success probability, 0 … 1.</param>
    public static double BinomialLogCdf(long k, long n, double p)
    {
        CheckBinomial(n, p);
        if (k < 0 || k >= n || p is 0 or 1)
        {
            return Math.Log(BinomialCdf(k, n, p));
        }
        return IncompleteBeta(1 - p, p, n - k, k + 1).LogLower;
    }

    /// <summary>P[K = k] of the binomial law.</summary>
    /// <param name="k">Successes.</param>
    /// <param name="n">Trials, at least 0.</param>
    /// <param name="p">Success probability, 0 … 1.</param>
    public static double BinomialProbability(long k, long n, double p)
    {
        CheckBinomial(n, p);
        if (k < 0 || k > n)
        {
            return 0;
        }
        if (p is 0 or 1)
        {
            return k == (p == 0 ? 0 : n) ? 1 : 0;
        }
        if (k == 0)
        {
            return Math.Exp(n * SpecialFunctions.Log1p(-p));
        }
        if (k == n)
        {
            return Math.Pow(p, n);
        }
        // x^k y^(n-k) / B(k, n-k) has the factor k (n-k) / n too much.
        return Math.Exp(LogBetaPrefix(p, 1 - p, k, n - k)) * n / ((double)k * (n - k));
    }

    /// <summary>Where a falling function takes a value, by bisection on the exponent of the gap and then secants.</summary>
    private static double Invert(Func<double, double> falling, double value, double low, double high)
    {
        const int MaxSteps = 200;
        double atLow = double.NaN;
        double atHigh = double.NaN;
        for (int step = 0; step < MaxSteps; step++)
        {
            double middle = Middle(low, high);
            if (step % 3 != 0 && !double.IsNaN(atLow) && !double.IsNaN(atHigh) && atLow != atHigh)
            {
                double secant = low + (high - low) * (atLow - value) / (atLow - atHigh);
                if (secant > low && secant < high)
                {
                    middle = secant;
                }
            }
            if (middle <= low || middle >= high)
            {
                break;
            }
            double there = falling(middle);
            if (there == value)
            {
                return middle;
            }
            (low, atLow, high, atHigh) = there > value ? (middle, there, high, atHigh) : (low, atLow, middle, there);
            if (high - low <= 4e-16 * high)
            {
                break;
            }
        }
        return 0.5 * (low + high);
    }

    /// <summary>The arithmetic mean, or the geometric one while the ends differ by orders of magnitude.</summary>
    private static double Middle(double low, double high) =>
        high > 4 * low ? Math.Sqrt(Math.Max(low, double.Epsilon) * high) : 0.5 * (low + high);

    private static (double Lower, double Upper, double LogLower) IncompleteBeta(double x, double y, double a, double b)
    {
        double logPrefix = LogBetaPrefix(x, y, a, b);
        if (x <= (a + 1) / (a + b + 2))
        {
            double logLower = logPrefix + Math.Log(BetaFraction(x, a, b) / a);
            double lower = Math.Min(Math.Exp(logLower), 1);
            return (lower, 1 - lower, logLower);
        }
        double upper = Math.Min(Math.Exp(logPrefix) * BetaFraction(y, b, a) / b, 1);
        return (1 - upper, upper, SpecialFunctions.Log1p(-upper));
    }

    /// <summary>ln of x^a y^b / B(a, b), with y = 1 − x given apart.</summary>
    private static double LogBetaPrefix(double x, double y, double a, double b)
    {
        double n = a + b;
        double deviance = a * LogRatio(x, a / n) + b * LogRatio(y, b / n);
        return deviance + 0.5 * (Math.Log(a) + Math.Log(b / n) - Math.Log(2 * Math.PI))
            + StirlingError(n) - StirlingError(a) - StirlingError(b);
    }

    private static double LogRatio(double x, double at)
    {
        double relative = (x - at) / at;
        return Math.Abs(relative) < 0.5 ? SpecialFunctions.Log1p(relative) : Math.Log(x / at);
    }

    /// <summary>ln Γ(x) less Stirling's (x − ½) ln x − x + ½ ln 2π.</summary>
    private static double StirlingError(double x)
    {
        double below = 0;
        while (x < 16)
        {
            below += (x + 0.5) * SpecialFunctions.Log1p(1 / x) - 1;
            x += 1;
        }
        double inverse = 1 / (x * x);
        return below + (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse * (1.0 / 1680 - inverse / 1188)))) / x;
    }

    private static double BetaFraction(double x, double a, double b)
    {
        const int MaxTerms = 100_000;
        const double Tiny = 1e-300;
        double c = 1;
        double d = 1 / AwayFromZero(1 - (a + b) * x / (a + 1));
        double h = d;
        for (int m = 1; m <= MaxTerms; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / AwayFromZero(1 + even * d);
            c = AwayFromZero(1 + even / c);
            h *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / AwayFromZero(1 + odd * d);
            c = AwayFromZero(1 + odd / c);
            double factor = d * c;
            h *= factor;
            if (Math.Abs(factor - 1) < 1e-16)
            {
                break;
            }
        }
        return h;

        static double AwayFromZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }

    private static void CheckProbability(double p)
    {
        if (!(p >= 0 && p <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, $"The probability is {p}; it must lie in [0, 1].");
        }
    }

    private static void CheckAlpha(double alpha)
    {
        if (!(alpha > 0 && alpha < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, $"Alpha is {alpha}; it must lie in (0, 1). For a 95 % interval give 0.05.");
        }
    }

    private static void CheckPositive(double value, string name)
    {
        if (!(value > 0))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be positive.");
        }
    }

    private static void CheckBinomial(long n, double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        CheckProbability(p);
    }
}
