using CsCheck;
using Winnow.Tasks;
using Winnow.Tasks.Answers;

namespace Winnow.Tests.Tasks.Answers;

public sealed class AnswerKeyTests
{
    [Theory]
    [InlineData(" sells 24-21: 4-1=3 2-2=0 =3\nA: 3", "3")]
    [InlineData("A: 1\nA:  acorn   delta ", "acorn delta")]
    [InlineData("the answer is 3", null)]
    [InlineData("A: ", null)]
    [InlineData("", null)]
    [InlineData("see A: 3", null)]
    public void The_answer_line_is_the_last_that_begins_with_its_mark(string text, string? expected) =>
        Assert.Equal(expected, new AnswerLineKey().Canonical(text));

    [Theory]
    [InlineData("72 clips.\n#### 1,234.50", "1234.5")]
    [InlineData("So \\boxed{42}.", "42")]
    [InlineData("It took 2 days, so the answer is $18.00.", "18")]
    [InlineData("A: -7", "-7")]
    [InlineData("A: 3\n\\boxed{4} so the answer is 5", "5")]
    [InlineData("first 5, then 6.", "6")]
    [InlineData("the answer is seven", null)]
    [InlineData("none", null)]
    [InlineData("#### 99999999999999999999999999999999", null)]
    public void Numbers_come_in_one_form_however_they_are_written(string text, string? expected) =>
        Assert.Equal(expected, new NumericAnswerKey().Canonical(text));

    [Theory]
    [InlineData("So the answer is (B).", "(B)")]
    [InlineData("the answer is b", "(B)")]
    [InlineData("A: green", "(B)")]
    [InlineData("the answer is (B) green", "(B)")]
    [InlineData("I think (B), surely (B)", "(B)")]
    [InlineData("Options (A), (B): I pick (B)", null)]
    [InlineData("the answer is (D)", null)]
    [InlineData("Blue.", "(C)")]
    [InlineData("hm", null)]
    public void A_choice_is_found_by_letter_or_text_and_never_guessed(string text, string? expected) =>
        Assert.Equal(expected, new ChoiceAnswerKey(["red", "green", "blue"], isLettered: true).Canonical(text));

    [Fact]
    public void A_choice_without_letters_is_given_as_it_is_listed() =>
        Assert.Equal("Yes", new ChoiceAnswerKey(["Yes", "No"], isLettered: false).Canonical("So the answer is yes."));

    [Theory]
    [InlineData("Thinking.\nSo the answer is  True.", "true")]
    [InlineData("] ]", "] ]")]
    [InlineData("many\nlines", null)]
    [InlineData("   ", null)]
    public void Free_text_needs_a_mark_or_a_single_line(string text, string? expected) =>
        Assert.Equal(expected, new FreeTextAnswerKey().Canonical(text));

    [Fact]
    public void No_key_breaks_on_any_text_and_each_form_is_stable()
    {
        (IAnswerKey Key, string Mark)[] keys =
        [
            (new AnswerLineKey(), "A: "), (new NumericAnswerKey(), "#### "), (new FreeTextAnswerKey(), "A: "),
            (new ChoiceAnswerKey(["x", "y"], isLettered: true), "A: "),
        ];
        Gen.String[Gen.Char["A: #.,$-(B)Cxy\n12\\boxed{}the answer is "], 0, 40].Sample(text =>
        {
            foreach ((IAnswerKey key, string mark) in keys)
            {
                string? once = key.Canonical(text);
                Assert.True(once is null || once.Contains("answer is", StringComparison.Ordinal) || once.Contains("boxed", StringComparison.Ordinal)
                    || key.Canonical(mark + once) == once, $"{key}: {once}");
            }
        });
    }

    [Theory]
    [InlineData(typeof(ExactAnswerChecker), "acorn delta", "acorn delta", true)]
    [InlineData(typeof(ExactAnswerChecker), "True", "true", false)]
    [InlineData(typeof(NormalisedAnswerChecker), "True", " true.", true)]
    [InlineData(typeof(NormalisedAnswerChecker), "True", "False", false)]
    [InlineData(typeof(NumericAnswerChecker), "1,000", "1000.0", true)]
    [InlineData(typeof(NumericAnswerChecker), "7", "seven", false)]
    [InlineData(typeof(SetAnswerChecker), "red, blue", "Blue,red", true)]
    [InlineData(typeof(SetAnswerChecker), "red, blue", "red, blue, blue", false)]
    public void Checkers_compare_as_they_say(Type checker, string target, string answer, bool expected)
    {
        Problem problem = new() { Id = "1", Question = "?", Prompt = "?", Target = target, Answers = new AnswerLineKey(), Checker = new ExactAnswerChecker() };
        Assert.Equal(expected, ((IAnswerChecker)Activator.CreateInstance(checker)!).IsCorrect(problem, answer));
        Assert.False(((IAnswerChecker)Activator.CreateInstance(checker)!).IsCorrect(problem with { Target = null }, answer));
    }
}
