using CsCheck;
using Winnow.Tasks.Answers;

namespace Winnow.Tests.Tasks.Answers;

public sealed class MathEquivalenceTests
{
    private static readonly Gen<string> Expressions = Gen.Recursive<string>((depth, inner) => depth > 4
        ? Gen.OneOf(Gen.Int[0, 40].Select(n => n.ToString()), Pick("x", "y", "\\pi", "0.25"))
        : Gen.OneOf(
            Gen.Int[0, 40].Select(n => n.ToString()),
            Gen.Select(inner, inner, (a, b) => $"({a}+{b})"),
            Gen.Select(inner, inner, (a, b) => $"{{{a}}}\\cdot{{{b}}}"),
            Gen.Select(inner, inner, (a, b) => $"\\frac{{{a}}}{{{b}+50}}"),
            inner.Select(a => $"\\sqrt{{{a}}}")));

    [Theory]
    [InlineData("x+1", "1+x", true)]
    [InlineData("(x+1)^2", "x^2+2x+1", true)]
    [InlineData("(x+1)^2", "x^2+1", false)]
    [InlineData("1\\frac{1}{2}", "3/2", true)]
    [InlineData("\\{1,2\\}", "\\{2, 1\\}", true)]
    [InlineData("3, -3", "-3, 3", true)]
    [InlineData("(1,2)", "(2,1)", false)]
    [InlineData("(-\\infty, 5]", "(-\\infty,5]", true)]
    [InlineData("\\sin(\\frac{\\pi}{6})", "0.5", true)]
    [InlineData("|{-3}|", "3", true)]
    [InlineData("5!", "120", true)]
    [InlineData("\\binom{5}{2}", "10", true)]
    [InlineData("2i+1", "1+2i", true)]
    [InlineData("y = 2x+1", "y=1+2x", true)]
    [InlineData("12\\text{ cm}", "12", true)]
    [InlineData("1,234,567", "1234567", true)]
    [InlineData("1000001", "1000000", false)]
    [InlineData("\\log", "0", false)]
    [InlineData("\\frac{1}{0}", "\\frac{2}{0}", false)]
    [InlineData("((((", "((((", false)]
    public void Values_decide_and_not_how_they_are_written(string answer, string target, bool expected)
    {
        Assert.Equal(expected, MathEquivalence.HaveSameValue(answer, target));
        Assert.Equal(expected, MathEquivalence.HaveSameValue(target, answer));
    }

    [Fact]
    public void An_expression_equals_itself_rearranged_and_not_twice_itself_plus_one() => Expressions.Sample(text =>
    {
        string rearranged = $"3 - 2 + {{{text}}} - 1";
        return MathEquivalence.HaveSameValue(text, rearranged) && !MathEquivalence.HaveSameValue(text, $"2 \\cdot {{{text}}} + 1");
    }, iter: 300);

    [Fact]
    public void No_text_breaks_the_reading_or_the_normalisers() =>
        Pick("{", "}", "(", ")", "[", "]", "\\frac", "\\sqrt", "1", ",", "x", "^", "\\text{", "%", "!", "-", "=", "\\", "$", "&", "\\begin{pmatrix}", "\\end{pmatrix}", "\uD835", "boxed", "/", ".")
            .Array[0, 40].Select(string.Concat).Sample(text =>
            {
                bool same = MathEquivalence.AreEqual(text, text);
                _ = MathExtraction.FinalAnswer(text);
                _ = MinervaNormaliser.Normalise(text);
                return same;
            }, iter: 2000);

    [Theory]
    [InlineData("((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((")]
    [InlineData("\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin 1")]
    [InlineData("9!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9^9")]
    public void Deep_nests_end(string text) => Assert.False(MathEquivalence.HaveSameValue(text, "1"));

    [Theory]
    [InlineData("forty-two", 42L)]
    [InlineData("One thousand two hundred and seven", 1207L)]
    [InlineData("two million and five", 2_000_005L)]
    [InlineData("zero", 0L)]
    [InlineData("three hundred thousand", 300_000L)]
    [InlineData("two apples", null)]
    [InlineData("twenty hundred", null)]
    [InlineData("five six", null)]
    [InlineData("and", null)]
    [InlineData("", null)]
    public void Number_words_are_read_as_a_whole_or_not_at_all(string text, long? expected) => Assert.Equal(expected, EnglishNumbers.Parse(text));

    [Fact]
    public void Votes_on_mathematics_meet_where_their_normal_forms_do()
    {
        MathAnswerKey key = new();
        Assert.Equal(key.Canonical("Thus \\boxed{\\dfrac12}."), key.Canonical("The answer is $1/2$."));
        Assert.Equal("\\frac{1}{2}", key.Canonical("so we have \\boxed{0.5}"));
        Assert.Null(key.Canonical("I do not know."));
    }

    private static Gen<string> Pick(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);
}
