using System.Text.RegularExpressions;
using CsCheck;
using Winnow.Tasks.Families;

namespace Winnow.Tests.Tasks.Families;

public sealed class PromptFormatTests
{
    [Theory]
    [InlineData("word_arith", "Tom has 24 plums. Tom is 97 years old. Then Tom sells 21 plums. Tom buys 24 more plums. Tom finds 30 plums. How many plums does Tom have now?",
        " sells 24-21: 4-1=3 2-2=0 =3\n buys 3+24: 3+4=7 0+2=2 =27\n finds 27+30: 7+0=7 2+3=5 =57\nA: 57")]
    [InlineData("multistep_arithmetic", "Compute ((11+19)-16)-2.",
        "11+19: 1+9=10 1+1+1=3 =30; (30-16)-2\n30-16: 0-6=-6 3-1-1=1 =14; 14-2\n14-2: 4-2=2 1-0=1 =12\nA: 12")]
    [InlineData("boolean_expressions", "Evaluate (not True) and False.", " not True = False; False and False\n False and False = False\nA: False")]
    [InlineData("word_sorting", "Sort acorn umbrella delta lizard", " acorn\n delta\n lizard\n umbrella\nA: acorn delta lizard umbrella")]
    [InlineData("object_counting", "I have 12 cats, 18 plums, 22 hens and 42 goats. How many animals do I have?",
        "12 cats yes 0+12: 0+2=2 0+1=1 =12\n18 plums no 12\n22 hens yes 12+22: 2+2=4 1+2=3 =34\n42 goats yes 34+42: 4+2=6 3+4=7 =76\nA: 76")]
    [InlineData("navigate", "Take 4 steps forward. Turn right. Take 5 steps forward. Are you back at the start?",
        " forward 4: 0 4 north\n turn right: 0 4 east\n forward 5: 5 4 east\nA: No")]
    [InlineData("list_functions", "Start 12,5,0,9,3 then double, sums, min.", " double: 24,10,0,18,6\n sums: 24,34,34,52,58\n min: 24\nA: 24")]
    [InlineData("copy", "Repeat 9 4 22 0", "A: 9 4 22 0")]
    [InlineData("copy", "Tom 4, Ann 22, Bob 9. Find Ann", "A: 22")]
    [InlineData("drill", "14-35", "14-35: -(35-14) 5-4=1 3-1=2 =-21\nA: -21")]
    [InlineData("drill", "Earliest of lizard delta", "A: delta")]
    public void The_documented_solution_of_a_question_is_right_in_every_line(string family, string question, string solution)
    {
        IReadOnlyList<bool> verdicts = TaskFamilies.Get(family).CheckSteps(question, solution);
        Assert.Equal(solution.Split('\n').Select(_ => true), verdicts);
    }

    [Fact]
    public void A_prompt_shows_demonstrations_first_and_ends_with_a_line_feed()
    {
        GeneratedExample shown = new("word_sorting", 2, "Sort delta acorn", [" acorn", " delta"], "acorn delta");
        Assert.Equal("[demo] Q: Sort delta acorn\n acorn\n delta\nA: acorn delta\n[steps] Q: Sort zebra amber\n",
            PromptFormat.Prompt(AnswerMode.Steps, "Sort zebra amber", shown));
        Assert.Equal("[demo] Q: Sort delta acorn\nA: acorn delta\n[direct] Q: Sort zebra amber\n",
            PromptFormat.Prompt(AnswerMode.Direct, "Sort zebra amber", shown));
    }

    [Fact]
    public void Pieces_are_the_matches_of_the_pattern_and_cover_the_text() =>
        Gen.String[Gen.Char["aZé 0٣9,.\n-+=ßЖ"], 0, 40].Sample(text =>
            Regex.Matches(text, @"\p{N}| ?\p{L}+|[^\p{L}\p{N}]", RegexOptions.NonBacktracking).Select(match => match.Value)
                .SequenceEqual(PromptFormat.Pieces(text).Select(piece => text[piece])));

    [Fact]
    public void A_code_point_is_never_cut()
    {
        const string text = "a😀 𝒳b𝟙";
        Assert.Equal(["a", "😀", " 𝒳b", "𝟙"], PromptFormat.Pieces(text).Select(piece => text[piece]));
    }
}
