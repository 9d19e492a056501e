using System.Diagnostics;
using System.Globalization;
using Winnow.Decoding;
using Winnow.Decoding.Constraints;
using Winnow.Inference;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Benchmarks;

/// <summary>
/// Masks of a JSON schema while whole documents are drawn from made-up logits: the time of the mask for each token, and the
/// whole step. Goal after warm-up: 200 µs a token.
/// </summary>
internal static class GrammarSpeed
{
    private const int WarmDocuments = 200;
    private const int Documents = 100;
    private const int MostTokens = 400;

    private const string Schema = """
        {"type":"object","properties":{
          "name":{"type":"string","maxLength":24},
          "age":{"type":"integer","minimum":0,"maximum":130},
          "kind":{"enum":["person","place","thing"]},
          "tags":{"type":"array","items":{"type":"string","maxLength":8},"maxItems":4},
          "address":{"type":"object","properties":{"street":{"type":"string"},"zip":{"type":"string","pattern":"^[0-9]{5}$"}},"required":["street","zip"]}},
         "required":["name","age","kind","address"]}
        """;

    /// <summary>Measures made-up vocabularies of three sizes, and those of the models named.</summary>
    public static void Run(IReadOnlyList<string> models, TextWriter output)
    {
        output.WriteLine("| vocabulary | tokens | median µs | 99 % µs | most µs | bytes a mask | whole step, median µs | first visit of a state, mean µs | states |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (int size in (int[])[32_768, 131_072, 262_144])
        {
            Measure(string.Create(CultureInfo.InvariantCulture, $"made up, {size}"), new SyntheticVocabulary(size), output);
        }
        foreach (string path in models)
        {
            using DecoderModel model = DecoderModel.Load(path);
            Measure(string.Create(CultureInfo.InvariantCulture, $"{model.Info.Name}, {model.Vocabulary.Size}"), model.Vocabulary, output);
        }
    }

    private static void Measure(string name, IVocabulary vocabulary, TextWriter output)
    {
        float[] logits = LogitShapes.Make("normal", vocabulary.Size);
        Walk walk = new(new ConstrainedTo(new TokenConstraint(Grammar.FromJsonSchema(Schema), vocabulary)), logits, vocabulary.EndOfSequence!.Value);
        List<double> masks = new(1 << 16), steps = new(1 << 16), firsts = [];
        for (int document = 0; document < WarmDocuments; document++)
        {
            walk.Draw(document, masks, steps, firsts);
        }
        int states = walk.StateCount;
        masks.Clear();
        steps.Clear();
        walk.AllocatedBytes = 0;
        // The same documents again: a state that is met for the first time is what warm-up means.
        for (int document = 0; document < Documents; document++)
        {
            walk.Draw(document, masks, steps, []);
        }
        masks.Sort();
        steps.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {masks.Count} | {masks[masks.Count / 2]:0.0} | {masks[masks.Count * 99 / 100]:0.0} | {masks[^1]:0} | {(double)walk.AllocatedBytes / masks.Count:0.#} | {steps[steps.Count / 2]:0.0} | {firsts.DefaultIfEmpty(0).Average():0} | {states} |"));
    }

    private sealed class Walk(ConstrainedTo stage, float[] logits, int end)
    {
        private readonly SamplerWorkspace _workspace = new();
        private readonly HashedUniforms _uniforms = new(3);
        private readonly float[] _shifted = new float[logits.Length];

        public int StateCount => stage.Constraint.StateCount;

        public long AllocatedBytes { get; set; }

        public void Draw(int document, List<double> masks, List<double> steps, List<double> firsts)
        {
            IStageState state = stage.Open();
            for (int step = 0; step < MostTokens; step++)
            {
                // Other logits at every step; a document must also come to an end.
                int shift = (int)(_uniforms.Next("shift", 0, document, step) * logits.Length);
                logits.AsSpan(shift).CopyTo(_shifted);
                logits.AsSpan(0, shift).CopyTo(_shifted.AsSpan(logits.Length - shift));
                _shifted[end] = 30;
                int before = StateCount;
                long bytes = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                Candidates candidates = Candidates.Load(_shifted, _workspace);
                long loaded = Stopwatch.GetTimestamp();
                stage.Apply(ref candidates, new StepContext([], 0, _uniforms), state);
                long masked = Stopwatch.GetTimestamp();
                AllocatedBytes += GC.GetAllocatedBytesForCurrentThread() - bytes;
                int token = candidates.Draw(_uniforms.Next("token", 0, document, step)).Token;
                state.Accept(token);
                double microseconds = (masked - loaded) * 1e6 / Stopwatch.Frequency;
                if (StateCount > before)
                {
                    firsts.Add(microseconds);
                }
                masks.Add(microseconds);
                steps.Add((Stopwatch.GetTimestamp() - start) * 1e6 / Stopwatch.Frequency);
                if (token == end)
                {
                    break;
                }
            }
        }
    }
}
