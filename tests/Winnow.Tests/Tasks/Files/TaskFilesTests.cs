using System.Text;
using Winnow.Numerics;
using Winnow.Tasks;
using Winnow.Tasks.Answers;
using Winnow.Tasks.Families;
using Winnow.Tasks.Files;
using Winnow.Testing;

namespace Winnow.Tests.Tasks.Files;

public sealed class TaskFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("winnow-tasks-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Plain_lines_give_problems_with_choices_numbers_or_free_text()
    {
        TaskSet choices = TaskFiles.Load(Save("colours.jsonl", """
            {"id": "sky", "input": "The sky is", "target": "blue", "choices": ["red", "blue"], "source": "own", "year": 2024}

            {"input": "Grass is", "target": "B", "choices": ["pink", "green", "blue", "black"]}
            """));
        Assert.Equal(["sky", "2"], choices.Problems.Select(problem => problem.Id));
        Assert.Equal((0.5 + 0.25) / 2, choices.ChanceLevel, 12);
        Problem sky = choices.Problems[0];
        Assert.Equal("(B)", sky.Target);
        Assert.Equal("2024", sky.Columns["year"]);
        Assert.Equal("own", sky.Columns["source"]);
        Assert.True(sky.Checker.IsCorrect(sky, sky.Answers.Canonical("So the answer is blue.")!));
        Assert.False(sky.Checker.IsCorrect(sky, sky.Answers.Canonical("So the answer is (A).")!));

        TaskSet numbers = TaskFiles.Load(Save("sums.jsonl", "{\"input\": \"1+1\", \"target\": 2}\n{\"input\": \"500+500\", \"target\": \"1,000\"}\n"));
        Problem thousand = numbers.Problems[1];
        Assert.True(thousand.Checker.IsCorrect(thousand, thousand.Answers.Canonical("I get 1000.00")!));
        Assert.Equal(0, numbers.ChanceLevel);

        TaskSet texts = TaskFiles.Load(Save("words.jsonl", "{\"input\": \"a\", \"target\": \"Yes\"}\n{\"input\": \"b\", \"target\": \"Yes\"}\n{\"input\": \"c\", \"target\": \"No\"}"));
        Assert.Equal(2.0 / 3, texts.ChanceLevel, 12);
        Assert.NotEqual(numbers.Version, texts.Version);
    }

    [Fact]
    public void Big_bench_hard_and_gsm8k_are_recognised()
    {
        TaskSet hard = TaskFiles.Load(Save("hard.json", """
            {"canary": "none", "examples": [
              {"input": "Pick.\nOptions:\n(A) one\n(B) two\n(C) three", "target": "(C)"},
              {"input": "Is it?\nOptions:\n- Yes\n- No", "target": "No"}]}
            """));
        Assert.Equal(["three", "No"], hard.Problems.Select(problem => problem.Choices[^1]));
        Assert.Equal((1.0 / 3 + 0.5) / 2, hard.ChanceLevel, 12);
        Assert.All(hard.Problems, problem => Assert.True(problem.Checker.IsCorrect(problem, problem.Answers.Canonical($"So the answer is {problem.Target}.")!)));

        TaskSet school = TaskFiles.Load(Save("school.jsonl", """{"question": "How many?", "answer": "2*500=1000\n#### 1,000"}"""));
        Assert.Equal("1000", school.Problems[0].Target);
    }

    [Theory]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": \"y\"}\n{\"input\": \"x\"", "line 2", "JSON")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": \"y\"}\n\n[1]", "line 3", "a list")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": \"y\"}\n{\"input\": \"x\"}", "line 2", "\"target\" is missing")]
    [InlineData("a.jsonl", "{\"input\": [], \"target\": \"y\"}", "line 1", "\"input\" is a list")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": \"y\", \"choices\": [\"p\", \"q\"]}", "line 1", "one of the choices")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": \"p\", \"choices\": [\"p\"]}", "line 1", "2 to 26")]
    [InlineData("a.jsonl", "{\"id\": 1, \"input\": \"x\", \"target\": \"y\"}\n{\"id\": 1, \"input\": \"x\", \"target\": \"y\"}", "line 2", "used before")]
    [InlineData("a.jsonl", "{\"input\": \"\\ud800\", \"target\": \"y\"}", "line 1", "surrogate")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"checker\": \"fuzzy\"}", "line 1", "exact, text, numeric")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": \"y\", \"checker\": \"numeric\"}", "line 1", "a number such as")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": 1, \"checker\": {\"name\": \"numeric\", \"tolerance\": -1}}", "line 1", "at least 0")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": 1, \"checker\": {\"name\": \"numeric\", \"tolerence\": 1}}", "line 1", "\"tolerance\" or \"relative\"")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": \"(\", \"checker\": \"regex\"}", "line 1", "regular expression")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"checker\": \"regex\"}", "line 1", "\"pattern\"")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": \"y\", \"checker\": \"choice\"}", "line 1", "\"choices\"")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": \"p\", \"choices\": [\"p\", \"q\"], \"checker\": \"exact\"}", "line 1", "or no choices")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"target\": [], \"checker\": \"set\"}", "line 1", "at least one")]
    [InlineData("a.jsonl", "{\"input\": \"x\", \"choices\": [\"p\", \"q\"]}", "line 1", "\"target\" is missing")]
    [InlineData("a.jsonl", "{\"question\": \"x\", \"answer\": \"no number\"}", "line 1", "#### ")]
    [InlineData("a.jsonl", "{\"text\": \"x\"}", "line 1", "\"input\" and \"target\"")]
    [InlineData("a.jsonl", " \n", "a.jsonl", "empty")]
    [InlineData("a.json", "{\n\"examples\": [,", "line 2", "JSON")]
    [InlineData("a.json", "{\"rows\": []}", "a.json", "\"examples\"")]
    [InlineData("a.json", "{\"examples\": []}", "a.json", "at least one")]
    [InlineData("a.json", "{\"examples\": [{\"input\": \"x\", \"target\": \"y\"}, {\"input\": \"x\"}]}", "examples[1]", "\"target\" is missing")]
    [InlineData("a.json", "{\"examples\": [3]}", "examples[0]", "a number")]
    [InlineData("a.json", "{\"name\": \"n\", \"description\": \"d\", \"version\": \"1\", \"problems\": [{\"id\": \"1\"}]}", "line 1", "family")]
    [InlineData("a.json", "{\"name\": \"n\", \"description\": \"d\", \"version\": \"1\", \"problems\": [{\"id\":\"1\",\"family\":\"chess\",\"level\":1,\"question\":\"q\",\"target\":\"t\"}]}", "problems[0]", "word_sorting")]
    [InlineData("a.json", "{\"name\": \"n\", \"description\": \"d\", \"version\": \"1\", \"problems\": [{\"id\":\"1\",\"family\":\"word_sorting\",\"level\":1,\"question\":\"q\",\"target\":\"t\"}]}", "problems[0]", "not a question")]
    [InlineData("a.csv", "input,target", "a.csv", ".jsonl")]
    public void A_broken_file_is_refused_with_its_place_and_what_was_expected(string name, string content, string place, string expected)
    {
        string message = Assert.Throws<WinnowException>(() => TaskFiles.Load(Save(name, content))).Message;
        Assert.Contains(Path.Combine(folder, name), message, StringComparison.Ordinal);
        Assert.Contains(place, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_or_too_long_or_missing_is_refused()
    {
        string path = Path.Combine(folder, "bytes.jsonl");
        File.WriteAllBytes(path, [.. "{\"input\": \""u8, 0xFF, .. "\", \"target\": \"y\"}"u8]);
        Assert.Contains("UTF-8", Assert.Throws<WinnowException>(() => TaskFiles.Load(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "{\"input\": \"" + new string('x', TaskFileReader.MaxLineBytes) + "\", \"target\": \"y\"}");
        Assert.Contains("line 1: the line has", Assert.Throws<WinnowException>(() => TaskFiles.Load(path)).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<WinnowException>(() => TaskFiles.Load(Path.Combine(folder, "none.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_names_its_checker()
    {
        TaskSet task = TaskFiles.Load(Save("checkers.jsonl", """
            {"input": "spell it", "target": "McDonald", "checker": "exact"}
            {"input": "capital?", "target": ["Paris", "Paris, France"]}
            {"input": "pi?", "target": 3.14159, "checker": {"name": "numeric", "tolerance": 0.01}}
            {"input": "root?", "target": "2\\sqrt{2}", "checker": "math"}
            {"input": "vowels?", "target": ["a", "e"], "checker": "set"}
            {"input": "a date", "target": "^\\d{4}-\\d\\d-\\d\\d$", "checker": "regex", "source": "own"}
            {"input": "a greeting", "prompt": "Greet me.", "checker": {"name": "regex", "pattern": "hello|hi", "ignore_case": true}}
            """));
        (string Right, string Wrong)[] texts =
        [
            ("So the answer is McDonald.", "So the answer is mcdonald."),
            ("paris, france", "So the answer is Lyon."),
            ("It is about 3.14", "It is about 3"),
            ("We get \\boxed{\\sqrt{8}}.", "We get \\boxed{8}."),
            ("So the answer is E, a.", "So the answer is a."),
            ("It was on\n2026-11-23\nor so", "2026-11"),
            ("Oh, HELLO there", "Good day"),
        ];
        Assert.Equal(texts.Length, task.Problems.Count);
        foreach ((Problem problem, (string right, string wrong)) in task.Problems.Zip(texts))
        {
            Assert.True(problem.Checker.IsCorrect(problem, problem.Answers.Canonical(right)!), problem.Question);
            Assert.False(problem.Checker.IsCorrect(problem, problem.Answers.Canonical(wrong)!), problem.Question);
        }
        Assert.False(task.NeedsJudge);
        Assert.Equal("own", task.Problems[5].Columns["source"]);
        Assert.EndsWith("\\boxed{}.", task.Problems[3].Prompt, StringComparison.Ordinal);
        Assert.Equal("a date", task.Problems[5].Prompt);
        Assert.Equal("Greet me.", task.Problems[6].Prompt);
    }

    [Fact]
    public void A_pattern_that_runs_wild_ends_in_a_message_and_in_time()
    {
        Problem wild = TaskFiles.Load(Save("wild.jsonl", """{"input": "x", "target": "^(a+)+\\1$", "checker": "regex"}""")).Problems[0];
        string message = Assert.Throws<WinnowException>(() => wild.Checker.IsCorrect(wild, new string('a', 40) + "b")).Message;
        Assert.Contains("took longer", message, StringComparison.Ordinal);
        Problem linear = TaskFiles.Load(Save("linear.jsonl", """{"input": "x", "target": "^(a+)+$", "checker": "regex"}""")).Problems[0];
        Assert.False(linear.Checker.IsCorrect(linear, new string('a', 10_000) + "b"));
    }

    [Fact]
    public void A_task_that_wants_a_judge_says_so_until_it_has_one()
    {
        TaskSet task = TaskFiles.Load(Save("judged.jsonl", """
            {"input": "a poem", "checker": {"name": "judge", "rubric": "It rhymes."}}
            {"input": "1+1", "target": "2"}
            """));
        Assert.True(task.NeedsJudge);
        Assert.Equal("It rhymes.", task.Problems[0].Rubric);
        Assert.Contains("WithJudge", Assert.Throws<InvalidOperationException>(() => task.Problems[0].Checker.IsCorrect(task.Problems[0], "x")).Message, StringComparison.Ordinal);
        TaskSet judged = task.WithJudge(new ExactAnswerChecker());
        Assert.False(judged.NeedsJudge);
        Assert.IsType<NormalisedAnswerChecker>(judged.Problems[1].Checker);
    }

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_are_no_obstacle()
    {
        string path = Path.Combine(folder, "mark.jsonl");
        File.WriteAllText(path, "{\"input\": \"x\", \"target\": \"y\"}\r\n{\"input\": \"z\", \"target\": \"w\"}\r\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(2, TaskFiles.Load(path).Problems.Count);
    }

    [Fact]
    public void Generated_problems_survive_the_file_with_their_checker_and_step_oracle()
    {
        SplitMix64 random = new(4);
        GeneratedExample[] examples = [.. TaskFamilies.All.Select(family => family.Generate(family.Levels[1], random))];
        TaskSet task = FamilyTasks.ToTask("mix", "A bit of all.", "1", examples);
        string path = Path.Combine(folder, "mix.json");
        GeneratedTaskFile.Write(task, path);
        TaskSet read = TaskFiles.Load(path);
        Assert.Equal((task.Name, task.Description, task.Version, task.ChanceLevel), (read.Name, read.Description, read.Version, read.ChanceLevel));
        Assert.Equal(2 * 0.5 / examples.Length, read.ChanceLevel, 12);
        foreach ((Problem problem, GeneratedExample example) in read.Problems.Zip(examples))
        {
            string solution = PromptFormat.Solution(AnswerMode.Steps, example);
            Assert.True(problem.Checker.IsCorrect(problem, problem.Answers.Canonical(solution)!), solution);
            Assert.All(read.StepOracle!.CheckSteps(problem, solution), Assert.True);
            Assert.Equal(PromptFormat.Prompt(AnswerMode.Steps, example.Question), problem.Prompt);
        }
    }

    [Fact]
    public void Every_published_file_loads_and_accepts_its_own_targets()
    {
        string hard = SharedFolder.FindOrSkip("data/bbh/bbh");
        string[] paths = [.. Directory.GetFiles(hard, "*.json"), SharedFolder.FindOrSkip("data/gsm8k/test_half.jsonl")];
        foreach (string path in paths)
        {
            TaskSet task = TaskFiles.Load(path);
            Assert.InRange(task.Problems.Count, 100, 10_000);
            Assert.InRange(task.ChanceLevel, 0, 0.7);
            foreach (Problem problem in task.Problems)
            {
                Assert.True(problem.Answers.Canonical($"So the answer is {problem.Target}.") is { } answer && problem.Checker.IsCorrect(problem, answer), $"{path} {problem.Id}");
            }
        }
    }

    private string Save(string name, string content)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
