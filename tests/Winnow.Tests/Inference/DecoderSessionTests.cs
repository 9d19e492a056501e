using CsCheck;
using Winnow.Inference;
using Winnow.Inference.Decoders;
using Winnow.Models;
using Winnow.Testing.Models;

namespace Winnow.Tests.Inference;

public sealed class DecoderSessionTests : SessionContract
{
    private static readonly Gen<DecoderSettings> Shapes =
        from keyValueHeads in Gen.Int[1, 3]
        from perHead in Gen.Int[1, 3]
        from halfHead in Gen.Int[1, 20]
        from width in Gen.Int[1, 70]
        from inner in Gen.Int[1, 90]
        from layers in Gen.Int[1, 3]
        from vocabulary in Gen.Int[2, 90]
        from isTied in Gen.Bool
        from architecture in Gen.Bool.Select(hasHeadNorms => hasHeadNorms ? "qwen3" : "llama")
        select RandomDecoder.Settings(width, inner, layers, keyValueHeads * perHead, keyValueHeads, 2 * halfHead, vocabulary, 160, isTied) with { Architecture = architecture };

    [Fact]
    public void Any_shape_gives_bitwise_the_same_logits_however_its_tokens_are_read() =>
        Gen.Select(Shapes, Gen.Int[1, 120], Gen.Int[1, 40], Gen.Int[1, 3], Gen.Int[0, 1000]).Sample(
            (shape, length, company, threads, seed) =>
            {
                using DecoderModel model = RandomDecoder.Create(shape, (ulong)seed);
                int[] prompt = [.. Enumerable.Range(0, length).Select(i => (i * 7 + seed) % shape.VocabularySize)];
                using ISession once = model.Open(new SessionOptions { Threads = 1 });
                float[] expected = [.. once.Logits(once.Add(prompt), length - 1)];

                using ISession parts = model.Open(new SessionOptions { Threads = threads });
                int row = parts.Add(prompt[..1]);
                for (int i = 1; i < company; i++)
                {
                    parts.Add([i % shape.VocabularySize]);
                }
                int at = 1;
                for (int step = 0; at < length; step++)
                {
                    int count = Math.Min(length - at, 1 + ((seed + (step * 13)) % 30));
                    int[] rows = [.. Enumerable.Range(0, company)];
                    int[] counts = [.. rows.Select(r => r == row ? count : 1)];
                    int[] tokens = [.. rows.SelectMany(r => r == row ? prompt[at..(at + count)] : [step % shape.VocabularySize])];
                    parts.Forward(new TokenBatch(rows, counts, tokens), Read.LastLogits);
                    at += count;
                }
                Assert.Equal(expected, parts.Logits(row, length - 1).ToArray());
            },
            iter: 60, threads: 1);

    [Fact]
    public void Any_shape_agrees_with_the_plain_decoder() =>
        Gen.Select(Shapes, Gen.Int[1, 40], Gen.Int[0, 1000], Gen.Bool).Sample(
            (shape, length, seed, hasBias) =>
            {
                using var checkpoint = RandomDecoder.Checkpoint(shape, (ulong)seed, hasBias);
                using DecoderModel model = DecoderModel.Create(shape, checkpoint, new NumberedVocabulary(shape.VocabularySize), "random");
                int[] prompt = [.. Enumerable.Range(0, length).Select(i => (i * 5 + seed) % shape.VocabularySize)];
                double[][] expected = PlainDecoder.Logits(shape, checkpoint, prompt);
                using ISession session = model.Open(new SessionOptions());
                session.Add(prompt[..1]);
                AssertClose(expected[0], session.Logits(0, 0));
                if (length > 1)
                {
                    session.Forward(new TokenBatch([0], [length - 1], prompt[1..]), Read.AllLogits);
                    for (int t = 1; t < length; t++)
                    {
                        AssertClose(expected[t], session.Logits(0, t));
                    }
                }
            },
            iter: 60, threads: 1);

    [Fact]
    public void A_token_classifier_scores_hidden_states_and_predicts_nothing()
    {
        DecoderSettings shape = RandomDecoder.Settings(isTied: false) with { IsTokenClassifier = true };
        using var checkpoint = RandomDecoder.Checkpoint(shape, 3);
        using DecoderModel model = RandomDecoder.Create(shape, 3);
        var weights = new float[shape.Width];
        checkpoint.ReadFloats("score.weight", weights);
        using ISession session = model.Open(new SessionOptions());
        session.Add([1, 2, 3]);
        var score = new float[1];
        model.Classifier!.Score(session.Hidden(0, 2), score);
        double expected = weights.Zip(session.Hidden(0, 2).ToArray(), (w, h) => (double)w * h).Sum();
        Assert.Equal(expected, score[0], 1e-4);
        Assert.Throws<InvalidOperationException>(() => session.Logits(0, 2));
        Assert.Throws<InvalidOperationException>(() => session.Forward(new TokenBatch([0], [1], [1]), Read.LastLogits));
        session.Forward(new TokenBatch([0], [2], [1, 1]), Read.AllHidden);
        Assert.Equal(shape.Width, session.Hidden(0, 3).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_output_key_of_a_token_gives_its_logit(bool isTied)
    {
        DecoderSettings shape = RandomDecoder.Settings(isTied: isTied);
        using DecoderModel model = RandomDecoder.Create(shape);
        using ISession session = model.Open(new SessionOptions());
        session.Add([5, 6]);
        var key = new float[shape.Width];
        model.CopyOutputKey(7, key);
        double logit = key.Zip(session.Hidden(0, 1).ToArray(), (k, h) => (double)k * h).Sum();
        Assert.Equal(logit, session.Logits(0, 1)[7], 1e-4);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.CopyOutputKey(shape.VocabularySize, key));
    }

    [Fact]
    public void A_session_lives_on_when_its_model_was_disposed()
    {
        DecoderModel model = RandomDecoder.Create(RandomDecoder.Settings());
        ISession session = model.Open(new SessionOptions());
        model.Dispose();
        model.Dispose();
        Assert.Equal(0, session.Add([1, 2]));
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Open(new SessionOptions()));
    }

    protected override ILanguageModel CreateModel() => RandomDecoder.Create(RandomDecoder.Settings());

    private static void AssertClose(double[] expected, ReadOnlySpan<float> actual)
    {
        double scale = Math.Max(1, expected.Max(Math.Abs));
        for (int v = 0; v < expected.Length; v++)
        {
            // Narrow shapes normalise numbers that nearly cancel, which magnifies rounding.
            Assert.Equal(expected[v], actual[v], 1e-3 * scale);
        }
    }
}
