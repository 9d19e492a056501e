using System.Text.Json;
using Winnow.Inference;
using Winnow.Models;
using Winnow.Testing;
using Winnow.Testing.Conformance;
using Winnow.Testing.Models;

namespace Winnow.Tests.Inference;

/// <summary>A general model of 135 million parameters, four bits a weight, against a reference run with the same weights in float64.</summary>
public sealed class RealModelTests
{
    private const string Folder = "models/smollm2-135m-instruct";
    private const double LogitTolerance = 0.005;
    private const double LogProbTolerance = 0.002;
    private const double SumTolerance = 0.02;

    // Below this margin another token is no error.
    private const double Margin = 0.02;

    [Fact]
    public void Log_probabilities_logits_hidden_states_and_greedy_tokens_are_those_of_the_reference()
    {
        string folder = SharedFolder.FindOrSkip(Folder);
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "golden.json")));
        using DecoderModel model = DecoderModel.LoadGguf(Directory.GetFiles(folder, "*.gguf").Single(), new NumberedVocabulary(49_152));
        using ISession session = model.Open(new SessionOptions());
        JsonElement[] rows = [.. golden.RootElement.GetProperty("forward").EnumerateArray()];
        foreach (JsonElement row in rows)
        {
            CheckForward(session, row);
        }
        CheckGreedy(session, rows);
    }

    [Fact]
    public void Choices_and_solutions_are_scored_as_the_reference_scores_them()
    {
        // The first few of each task; all of them where asked for, which takes minutes.
        int most = Environment.GetEnvironmentVariable("WINNOW_ALL_TASK_ITEMS") == "1" ? int.MaxValue : 3;
        string folder = SharedFolder.FindOrSkip(Folder);
        string data = SharedFolder.FindOrSkip("data");
        using JsonDocument tasks = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "tasks.json")));
        using DecoderModel model = DecoderModel.LoadGguf(Directory.GetFiles(folder, "*.gguf").Single());
        foreach (JsonProperty task in tasks.RootElement.GetProperty("bigbench").EnumerateObject())
        {
            CheckChoices(model, task, ReferenceTasks.Load(Path.Combine(data, "bigbench", task.Name)), most);
        }
        string[] problems = [.. File.ReadLines(Path.Combine(data, "gsm8k", "train.jsonl")).Take(40)];
        foreach (double[] row in tasks.RootElement.Matrix("gsm8k").Take(most))
        {
            using JsonDocument problem = JsonDocument.Parse(problems[(int)row[0]]);
            string question = problem.RootElement.Text("question")!;
            string answer = problem.RootElement.Text("answer")!;
            (double logProb, int count) = ReferenceTasks.Continuation(model, $"Question: {question}\nAnswer:", $" {answer}");
            Assert.Equal((int)row[2], count);
            Assert.Equal(row[1], logProb, SumTolerance);
        }
    }

    private static void CheckChoices(DecoderModel model, JsonProperty task, ReferenceTasks.Choices[] examples, int most)
    {
        double right = 0;
        int checkedItems = 0;
        foreach (JsonElement item in task.Value.GetProperty("items").EnumerateArray().Take(most))
        {
            int index = item[0].GetInt32();
            ReferenceTasks.Choices example = examples[index];
            double[] expected = item[2].AsDoubles();
            (double LogProb, int Tokens)[] scores = [.. example.Answers.Select(answer => ReferenceTasks.Continuation(model, example.Prompt, answer.Text))];
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.True(Math.Abs(expected[i] - scores[i].LogProb) <= SumTolerance, $"{task.Name} {index}: choice {i} has {scores[i].LogProb} instead of {expected[i]}");
                Assert.Equal(item[3][i].GetInt32(), scores[i].Tokens);
            }
            int pick = Array.FindIndex(scores, s => s.LogProb == scores.Max(other => other.LogProb));
            double[] best = [.. expected.OrderDescending().Take(2)];
            Assert.True(pick == item[4].GetInt32() || (best.Length > 1 && best[0] - best[1] < SumTolerance), $"{task.Name} {index}: choice {pick} was picked");
            right += example.Answers[pick].Target;
            checkedItems++;
        }
        if (checkedItems == task.Value.Whole("n"))
        {
            Assert.Equal(task.Value.Number("accuracy"), right / checkedItems, 1e-9);
        }
    }

    private static void CheckForward(ISession session, JsonElement expected)
    {
        string id = expected.Text("id")!;
        int[] tokens = expected.Ints("token_ids");
        int row = session.Add(tokens[..1]);
        if (tokens.Length > 1)
        {
            session.Forward(new TokenBatch([row], [tokens.Length - 1], tokens.AsSpan(1)), Read.LogProbs | Read.LastLogits | Read.LastHidden);
            CheckLogProbs(id, expected.GetProperty("prompt_logprobs"), [.. session.LogProbs(row)]);
        }
        float[] logits = [.. session.Logits(row, tokens.Length - 1)];
        JsonElement last = expected.GetProperty("last_logits");
        foreach (string part in new[] { "top", "fixed" })
        {
            double[][] pairs = last.Matrix(part);
            AssertClose($"{id} {part}", [.. pairs.Select(pair => pair[1])], [.. pairs.Select(pair => logits[(int)pair[0]])], LogitTolerance);
        }
        double most = logits.Max();
        AssertClose($"{id} sums", [last.Number("logsumexp"), last.Number("mean")],
            [(float)(most + Math.Log(logits.Sum(l => Math.Exp(l - most)))), (float)logits.Average(l => (double)l)], LogitTolerance);
        AssertClose($"{id} hidden", expected.Doubles("last_hidden_first8"), [.. session.Hidden(row, tokens.Length - 1)[..8]], LogitTolerance);
    }

    // Long rows give the first and last ones and the sum.
    private static void CheckLogProbs(string id, JsonElement expected, float[] found)
    {
        string what = $"{id} log-probabilities";
        if (expected.ValueKind == JsonValueKind.Array)
        {
            AssertClose(what, expected.AsDoubles(), found, LogProbTolerance);
            return;
        }
        double[] first = expected.Doubles("first");
        AssertClose(what, first, found[..first.Length], LogProbTolerance);
        AssertClose(what, expected.Doubles("last"), found, LogProbTolerance);
        Assert.Equal(expected.Number("sum"), found.Sum(p => (double)p), SumTolerance);
    }

    // All rows at once: each must go on as if it were alone.
    private static void CheckGreedy(ISession session, JsonElement[] rows)
    {
        List<int> active = [.. Enumerable.Range(0, rows.Length)];
        for (int step = 0; active.Count > 0; step++)
        {
            List<int> next = [];
            List<int> tokens = [];
            foreach (int row in active)
            {
                JsonElement greedy = rows[row].GetProperty("greedy");
                int[] expected = greedy.Ints("token_ids");
                if (step == expected.Length)
                {
                    continue;
                }
                float[] logits = [.. session.Logits(row, rows[row].Ints("token_ids").Length + step - 1)];
                int best = Array.IndexOf(logits, logits.Max());
                Assert.True(best == expected[step] || greedy.Doubles("margins")[step] < Margin, $"{rows[row].Text("id")}: token {step} is {best}, not {expected[step]}");
                next.Add(row);
                tokens.Add(expected[step]);
            }
            if (next.Count > 0)
            {
                session.Forward(new TokenBatch([.. next], [.. next.Select(_ => 1)], [.. tokens]), Read.LastLogits);
            }
            active = next;
        }
    }

    private static void AssertClose(string what, double[] expected, float[] actual, double tolerance)
    {
        Assert.True(expected.Length <= actual.Length, $"{what}: {actual.Length} numbers instead of {expected.Length}");
        float[] found = actual[^expected.Length..];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - found[i]) <= tolerance, $"{what}[{i}]: {found[i]} instead of {expected[i]}");
        }
    }
}
