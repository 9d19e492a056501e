using System.Globalization;
using Winnow.Numerics;
using Winnow.Tasks.Families;

namespace Winnow.Tests.Tasks.Families;

public sealed class TaskFamilyTests
{
    private const int ProblemsPerFamily = 10_000;

    public static TheoryData<string> Families => [.. TaskFamilies.All.Select(family => family.Id)];

    [Theory]
    [MemberData(nameof(Families))]
    public void Generator_and_step_oracle_agree_on_ten_thousand_problems(string id)
    {
        foreach ((ITaskFamily family, GeneratedExample example) in Draw(id, ProblemsPerFamily))
        {
            string solution = PromptFormat.Solution(AnswerMode.Steps, example);
            IReadOnlyList<bool> verdicts = family.CheckSteps(example.Question, solution);
            Assert.True(verdicts.Count == example.Steps.Count + 1 && verdicts.All(right => right), $"{example.Question}\n{solution}");
            Assert.True(PromptFormat.PieceCount(example) <= PromptFormat.MaxPieces);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_corrupted_line_is_caught_at_that_line(string id)
    {
        SplitMix64 random = new(7);
        foreach ((ITaskFamily family, GeneratedExample example) in Draw(id, 2_000))
        {
            string[] lines = PromptFormat.Solution(AnswerMode.Steps, example).Split('\n');
            int broken = random.Below(lines.Length);
            lines[broken] = Corrupt(lines[broken], random);
            IReadOnlyList<bool> verdicts = family.CheckSteps(example.Question, string.Join('\n', lines));
            Assert.Equal(lines.Length, verdicts.Count);
            Assert.All(verdicts.Take(broken), Assert.True);
            Assert.False(verdicts[broken], $"{example.Question}\n{string.Join('\n', lines)}");
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_step_that_is_left_out_is_caught_where_the_next_one_stands(string id)
    {
        foreach ((ITaskFamily family, GeneratedExample example) in Draw(id, 1_000).Where(drawn => drawn.Example.Steps.Count > 0))
        {
            string[] lines = PromptFormat.Solution(AnswerMode.Steps, example).Split('\n');
            // The step left out is the last, so the answer comes too early.
            IReadOnlyList<bool> verdicts = family.CheckSteps(example.Question, string.Join('\n', lines[..^2].Append(lines[^1])));
            Assert.False(verdicts[^1]);
            Assert.All(verdicts.SkipLast(1), Assert.True);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Unfinished_lines_are_not_judged(string id)
    {
        foreach ((ITaskFamily family, GeneratedExample example) in Draw(id, 200))
        {
            Assert.Empty(family.CheckSteps(example.Question, ""));
            Assert.Equal(example.Steps.Select(_ => true), family.CheckSteps(example.Question, string.Concat(example.Steps.Select(step => step + "\n")) + " half a li"));
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Noise_never_breaks_the_step_oracle(string id)
    {
        SplitMix64 random = new(11);
        foreach ((ITaskFamily family, GeneratedExample example) in Draw(id, 2_000))
        {
            char[] solution = (PromptFormat.Solution(AnswerMode.Steps, example) + "\n").ToCharArray();
            for (int i = random.Below(6); i >= 0; i--)
            {
                solution[random.Below(solution.Length)] = random.Pick<char>([.. "0123456789+-*/=():;., \nAaTy€"]);
            }
            string text = new(solution);
            Assert.True(family.CheckSteps(example.Question, text).Count <= text.Count(c => c == '\n') + 1);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_same_seed_gives_the_same_problem(string id)
    {
        ITaskFamily family = TaskFamilies.Get(id);
        foreach (int level in family.Levels)
        {
            GeneratedExample once = family.Generate(level, new SplitMix64(5));
            GeneratedExample again = family.Generate(level, new SplitMix64(5));
            Assert.Equal(PromptFormat.Solution(AnswerMode.Steps, once), PromptFormat.Solution(AnswerMode.Steps, again));
            Assert.Equal(once.Question, again.Question);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_word_at_the_start_of_a_step_has_a_space_before_it_and_every_word_is_in_the_vocabulary(string id)
    {
        HashSet<string> words = [.. ClosedVocabulary.AllWords];
        foreach ((_, GeneratedExample example) in Draw(id, 500))
        {
            Assert.All(example.Steps, step => Assert.False(char.IsLetter(step[0]), step));
            string text = PromptFormat.Solution(AnswerMode.Steps, example) + ' ' + example.Question;
            foreach (Range piece in PromptFormat.Pieces(text))
            {
                string word = text[piece].Trim();
                Assert.True(word.Length == 0 || !char.IsLetter(word[0]) || words.Contains(word), word);
            }
        }
    }

    [Fact]
    public void A_level_that_does_not_exist_is_refused_by_name()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => TaskFamilies.Get("word_sorting").Generate(6, new SplitMix64(1)));
        Assert.Contains("2, 3, 4, 5, 7, 9", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TaskFamilies.Get("word_sorting").CheckSteps("What is love?", ""));
    }

    private static IEnumerable<(ITaskFamily Family, GeneratedExample Example)> Draw(string id, int count)
    {
        ITaskFamily family = TaskFamilies.Get(id);
        SplitMix64 random = new(3);
        for (int i = 0; i < count; i++)
        {
            yield return (family, family.Generate(family.Levels[i % family.Levels.Count], random));
        }
    }

    // Another digit where there is one, else another last word: never a line that means the same.
    private static string Corrupt(string line, SplitMix64 random)
    {
        int[] digits = [.. Enumerable.Range(0, line.Length).Where(i => char.IsAsciiDigit(line[i]))];
        if (digits.Length == 0)
        {
            return line + "x";
        }
        int at = random.Pick(digits);
        int digit = (line[at] - '0' + random.Between(1, 9)) % 10;
        return line[..at] + digit.ToString(CultureInfo.InvariantCulture) + line[(at + 1)..];
    }
}
