using System.Diagnostics;
using System.Globalization;
using Winnow.Inference;
using Winnow.Models;
using Winnow.Torch.Models;

namespace Winnow.Torch.Benchmarks;

/// <summary>
/// Tokens a second of one decoder here and on libtorch, in one process, turn by turn: rows that share a prompt step
/// together, every row gets another token, and the logits of every step are there to be read.
/// </summary>
internal static class DecodeComparison
{
    private const int PromptTokens = 192;
    private const int Steps = 64;
    private const int Rounds = 5;

    private static readonly int[] Rows = [1, 4, 16, 64];

    public static void Run(string folder, int threads)
    {
        using DecoderModel model = DecoderModel.Load(folder);
        DecoderShape shape = ShapeOf(model, folder);
        using var eager = new LlamaDecoder(shape);
        ModelFolder.ReadWeights(folder, shape, eager.Weights);
        int[] prompt = [.. Enumerable.Range(0, PromptTokens).Select(i => i * 37 % shape.VocabularySize)];
        Print($"{model.Info.Name}: {shape.ParameterCount} parameters, {threads} threads; prompt of {PromptTokens} tokens, {Steps} steps, median of {Rounds} rounds; tokens a second");
        Print($"rows      here   libtorch eager   libtorch script   ratio to the faster   largest difference of logits");
        foreach (int rows in Rows)
        {
            using ISession session = model.Open(new SessionOptions { MaxRows = rows + 1, Threads = threads });
            session.Add(prompt);
            Branch shared = session.Keep(0, PromptTokens);
            using TorchRows plain = new EagerRows(eager, prompt, rows, Steps);
            using TorchRows compiled = new ScriptRows(shape, eager.Weights, prompt, rows, Steps);
            List<double> own = [], eagerTimes = [], scriptTimes = [];
            float[] logits = [];
            for (int round = 0; round <= Rounds; round++)
            {
                session.Reorder([]);
                session.Restore(shared);
                session.Reorder(new int[rows]);
                own.Add(Time(rows, shape.VocabularySize, tokens => Step(session, rows, tokens)));
                logits = Logits(session, rows, shape.VocabularySize);
                plain.Restart();
                eagerTimes.Add(Time(rows, shape.VocabularySize, tokens => plain.Step(tokens)));
                compiled.Restart();
                scriptTimes.Add(Time(rows, shape.VocabularySize, tokens => compiled.Step(tokens)));
            }
            double difference = Math.Max(Largest(logits, plain.Logits), Largest(logits, compiled.Logits));
            (double here, double first, double second) = (Rate(rows, own), Rate(rows, eagerTimes), Rate(rows, scriptTimes));
            Print($"{rows,4}  {here,8:F0}  {first,15:F0}  {second,16:F0}  {here / Math.Max(first, second),20:F2}  {difference,29:E1}");
        }
    }

    private static DecoderShape ShapeOf(DecoderModel model, string folder)
    {
        using var config = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        System.Text.Json.JsonElement root = config.RootElement;
        return new DecoderShape
        {
            VocabularySize = model.Info.VocabularySize, Width = model.Info.Width, Layers = model.Info.Layers, ContextLength = model.Info.ContextLength,
            Heads = root.GetProperty("num_attention_heads").GetInt32(), KeyValueHeads = root.GetProperty("num_key_value_heads").GetInt32(),
            HeadWidth = root.GetProperty("head_dim").GetInt32(), Hidden = root.GetProperty("intermediate_size").GetInt32(),
            NormEpsilon = root.GetProperty("rms_norm_eps").GetDouble(), IsTied = root.GetProperty("tie_word_embeddings").GetBoolean(),
        };
    }

    private static void Step(ISession session, int rows, int[] tokens)
    {
        int[] all = [.. Enumerable.Range(0, rows)];
        session.Forward(new TokenBatch(all, [.. all.Select(_ => 1)], tokens), Read.LastLogits);
    }

    private static double Time(int rows, int vocabulary, Action<int[]> step)
    {
        int[][] tokens = [.. Enumerable.Range(0, Steps).Select(s => Enumerable.Range(0, rows).Select(r => ((s * 101) + (r * 11)) % vocabulary).ToArray())];
        long start = Stopwatch.GetTimestamp();
        foreach (int[] next in tokens)
        {
            step(next);
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static float[] Logits(ISession session, int rows, int vocabulary)
    {
        var logits = new float[rows * vocabulary];
        for (int row = 0; row < rows; row++)
        {
            session.Logits(row, session.Length(row) - 1).CopyTo(logits.AsSpan(row * vocabulary));
        }
        return logits;
    }

    private static double Largest(float[] here, float[] there) => here.Zip(there).Max(p => Math.Abs(p.First - p.Second));

    // The first round warms up.
    private static double Rate(int rows, List<double> seconds) => rows * Steps / seconds.Skip(1).Order().ElementAt(Rounds / 2);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
