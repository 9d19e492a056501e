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
