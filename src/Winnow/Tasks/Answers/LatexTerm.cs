using System.Numerics;

namespace Winnow.Tasks.Answers;

/// <summary>What a written answer means.</summary>
internal abstract record LatexTerm
{
    /// <summary>Its value where its variables have those of a point; NaN where it has none.</summary>
    /// <param name="point">Which of the fixed points.</param>
    public abstract Complex At(int point);
}

/// <summary>A number, written as it is or known by name.</summary>
internal sealed record LatexNumber(Complex Value) : LatexTerm
{
    public bool IsWhole => Value.Imaginary == 0 && double.IsFinite(Value.Real) && Value.Real == Math.Round(Value.Real);

    public override Complex At(int point) => Value;
}

/// <summary>A variable: at each point it has a number of its own, the same for the same name.</summary>
internal sealed record LatexVariable(string Name) : LatexTerm
{
    public override Complex At(int point)
    {
        // FNV-1a spreads the names over (0.5, 2.5), away from zeros, poles and the edges of roots.
        ulong hash = 14695981039346656037UL + (ulong)point;
        foreach (char c in Name)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }
        return 0.5 + 2 * ((hash >> 11) * (1.0 / (1UL << 53)));
    }
}

/// <summary>Something done to one term.</summary>
internal sealed record LatexFunction(Func<Complex, Complex> Apply, LatexTerm Operand) : LatexTerm
{
    public override Complex At(int point) => Apply(Operand.At(point));
}

/// <summary>A fraction written as one.</summary>
internal sealed record LatexFraction(LatexTerm Above, LatexTerm Below) : LatexTerm
{
    public bool IsOfNumbers => Above is LatexNumber && Below is LatexNumber;

    public override Complex At(int point) => Above.At(point) / Below.At(point);
}

/// <summary>Something done to two terms.</summary>
internal sealed record LatexOperation(Func<Complex, Complex, Complex> Apply, LatexTerm Left, LatexTerm Right) : LatexTerm
{
    public override Complex At(int point) => Apply(Left.At(point), Right.At(point));
}

/// <summary>So many hundredths, which may also be meant as so many.</summary>
internal sealed record LatexPercentage(LatexTerm Hundredths) : LatexTerm
{
    public override Complex At(int point) => Hundredths.At(point) / 100;
}

/// <summary>Two sides of an equation.</summary>
internal sealed record LatexEquation(LatexTerm Left, LatexTerm Right) : LatexTerm
{
    public override Complex At(int point) => Left.At(point) - Right.At(point);
}

/// <summary>Several terms between brackets: a tuple, an interval, a set, or a row or column of a matrix.</summary>
/// <param name="Open">What opens it; empty for a bare list.</param>
/// <param name="Close">What closes it.</param>
/// <param name="Items">The terms.</param>
internal sealed record LatexList(string Open, string Close, IReadOnlyList<LatexTerm> Items) : LatexTerm
{
    /// <summary>Whether the order means nothing: a set, or answers in a row.</summary>
    public bool IsUnordered => Open is "{" or "";

    public override Complex At(int point) => Complex.NaN;
}
