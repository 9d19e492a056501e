namespace Winnow.Tasks.Answers;

/// <summary>Whether two mathematical answers are the same.</summary>
public static class MathEquivalence
{
    /// <summary>By their text: equal after <see cref="HendrycksNormaliser"/>. Strict, transitive, the rule of voting.</summary>
    public static bool HaveSameText(string answer, string target)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(target);
        return HendrycksNormaliser.AreEqual(answer, target);
    }

    /// <summary>By their value: <c>\sqrt{8}</c> is <c>2\sqrt{2}</c>, <c>1{,}000</c> is <c>1000</c>, <c>x+1</c> is <c>1+x</c>, and <c>50\%</c> is both 50 and 0.5.</summary>
    /// <param name="answer">An answer in LaTeX or plain notation.</param>
    /// <param name="target">The right one.</param>
    /// <returns>False also where one of them cannot be read; unequal brackets make unequal intervals.</returns>
    /// <remarks>
    /// Numbers that are not both whole are equal within a millionth of their size. Expressions with variables are compared at three
    /// fixed points, so that a false match is possible in principle. Texts longer than 2,000 characters or nested deeper than 50 are not read.
    /// Cost: linear in the text but for lists in braces, which are compared in any order, O(n²).
    /// </remarks>
    public static bool HaveSameValue(string answer, string target)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(target);
        return LatexReader.Read(answer) is { } a && LatexReader.Read(target) is { } b && LatexComparison.AreEqual(a, b);
    }

    /// <summary>By text or by value.</summary>
    public static bool AreEqual(string answer, string target) => HaveSameText(answer, target) || HaveSameValue(answer, target);
}
