using System.Numerics;

namespace Winnow.Tasks.Answers;

/// <summary>Compares what two answers mean.</summary>
internal static class LatexComparison
{
    private const int Points = 3;
    private const double WholeTolerance = 1e-12;
    private const double Tolerance = 1e-6;

    public static bool AreEqual(LatexTerm a, LatexTerm b) => (a, b) switch
    {
        (LatexPercentage x, LatexPercentage y) => AreEqual(x.Hundredths, y.Hundredths),
        (LatexPercentage x, _) => HaveEqualValues(x, b) || AreEqual(x.Hundredths, b),
        (_, LatexPercentage) => AreEqual(b, a),
        (LatexEquation x, LatexEquation y) => (AreEqual(x.Left, y.Left) && AreEqual(x.Right, y.Right)) || HaveEqualValues(x, y) || HaveEqualValues(x, new LatexEquation(y.Right, y.Left)),
        (LatexEquation { Left: LatexVariable } x, _) => AreEqual(x.Right, b),
        (_, LatexEquation { Left: LatexVariable }) => AreEqual(b, a),
        (LatexEquation, _) or (_, LatexEquation) => false,
        (LatexList x, LatexList y) => x.Open == y.Open && x.Close == y.Close && x.Items.Count == y.Items.Count && (x.IsUnordered ? AreEqualInSomeOrder(x.Items, y.Items) : x.Items.Zip(y.Items).All(pair => AreEqual(pair.First, pair.Second))),
        (LatexList, _) or (_, LatexList) => false,
        _ => HaveEqualValues(a, b),
    };

    private static bool AreEqualInSomeOrder(IReadOnlyList<LatexTerm> a, IReadOnlyList<LatexTerm> b)
    {
        List<LatexTerm> left = [.. b];
        foreach (LatexTerm item in a)
        {
            int at = left.FindIndex(other => AreEqual(item, other));
            if (at < 0)
            {
                return false;
            }
            left.RemoveAt(at);
        }
        return true;
    }

    private static bool HaveEqualValues(LatexTerm a, LatexTerm b)
    {
        for (int point = 0; point < Points; point++)
        {
            Complex x = a.At(point);
            Complex y = b.At(point);
            if (!AreNear(x.Real, y.Real, Complex.Abs(y)) || !AreNear(x.Imaginary, y.Imaginary, Complex.Abs(y)))
            {
                return false;
            }
        }
        return true;
    }

    private static bool AreNear(double x, double y, double size)
    {
        if (!double.IsFinite(x) || !double.IsFinite(y))
        {
            return x == y;
        }
        bool areWhole = x == Math.Round(x) && y == Math.Round(y);
        return Math.Abs(x - y) <= (areWhole ? WholeTolerance : Tolerance) * Math.Max(Math.Max(Math.Abs(x), Math.Abs(y)), areWhole ? 1 : size);
    }
}
