using System.Text;
using Microsoft.Extensions.AI;
using Winnow.Inference;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Decoders;
using Winnow.Inference.Embeddings;
using Winnow.Inference.Encoders;
using Winnow.Models;
using Winnow.Testing.Models;

namespace Winnow.Tests.Inference;

public sealed class TextEmbedderTests
{
    private static readonly string[] Texts = ["a", "abc abc", "c", "I have 12 cats, 18 plums and 7 abc.", "ab", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PoolingMode.Cls, 1f, 2f)]
    [InlineData(PoolingMode.Last, 7f, 0f)]
    [InlineData(PoolingMode.Mean, 4f, 1f)]
    [InlineData(PoolingMode.WeightedMean, 5f, 4f / 6f)]
    public void Pooling_is_as_it_is_called(PoolingMode mode, float first, float second)
    {
        var vector = new float[2];
        Pooling.Apply(mode, [1, 2, 4, 1, 7, 0], vector);
        Assert.Equal(first, vector[0], 1e-6f);
        Assert.Equal(second, vector[1], 1e-6f);
        Pooling.Normalize(vector);
        Assert.Equal(1, Math.Sqrt((vector[0] * vector[0]) + (vector[1] * vector[1])), 1e-6);
    }

    [Fact]
    public void A_normalised_zero_stays_zero()
    {
        var vector = new float[3];
        Pooling.Normalize(vector);
        Assert.Equal([0, 0, 0], vector);
    }

    [Fact]
    public async Task An_encoder_embeds_every_text_the_same_alone_and_with_others()
    {
        using EncoderEmbedder embedder = Encoder(new EmbeddingOptions { MaxTokens = 12, Normalizes = true });
        GeneratedEmbeddings<Embedding<float>> together = await embedder.GenerateAsync(Texts, cancellationToken: Token);
        for (int i = 0; i < Texts.Length; i++)
        {
            Embedding<float> alone = await embedder.GenerateAsync(Texts[i], cancellationToken: Token);
            Assert.True(alone.Vector.Span.SequenceEqual(together[i].Vector.Span));
            Assert.Equal(embedder.Width, alone.Vector.Length);
        }
        Assert.Equal(Texts.Sum(t => Math.Min(12, TokenizerSamples.Words().Encode(t, addSpecialTokens: true).Length)), together.Usage!.InputTokenCount);
        Assert.Equal(embedder.Width, embedder.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
        await Assert.ThrowsAsync<ArgumentException>(() => embedder.GenerateAsync(Texts, new EmbeddingGenerationOptions { Dimensions = 7 }, Token));
    }

    [Fact]
    public void A_warm_encoder_allocates_nothing_for_each_text()
    {
        using EncoderEmbedder embedder = Encoder(new EmbeddingOptions { MaxTokens = 12, Threads = 1 });
        AssertAllocatesNothingForEachText(embedder);
    }

    [Fact]
    public void A_warm_decoder_allocates_nothing_for_each_text()
    {
        DecoderSettings settings = RandomDecoder.Settings(vocabulary: 300, context: 96);
        using MemoryCheckpoint checkpoint = RandomDecoder.Checkpoint(settings, 4);
        using var embedder = new DecoderEmbedder(
            DecoderModel.Create(settings, checkpoint, TokenizerSamples.Words(), "random"), new EmbeddingOptions { Pooling = PoolingMode.Mean, MaxTokens = 20, Threads = 1 });
        AssertAllocatesNothingForEachText(embedder);
    }

    [Theory]
    [InlineData(PoolingMode.Last)]
    [InlineData(PoolingMode.Mean)]
    [InlineData(PoolingMode.WeightedMean)]
    public void A_decoder_embeds_by_the_states_that_a_session_gives(PoolingMode pooling)
    {
        DecoderSettings settings = RandomDecoder.Settings(vocabulary: 300, context: 96);
        using MemoryCheckpoint checkpoint = RandomDecoder.Checkpoint(settings, 4);
        var vocabulary = TokenizerSamples.Words();
        using var embedder = new DecoderEmbedder(DecoderModel.Create(settings, checkpoint, vocabulary, "random"), new EmbeddingOptions { Pooling = pooling, MaxTokens = 20 });
        using DecoderModel model = DecoderModel.Create(settings, checkpoint, vocabulary, "random");
        var vectors = new float[Texts.Length * settings.Width];
        embedder.Embed(Texts, vectors, Token);
        for (int i = 0; i < Texts.Length; i++)
        {
            int[] tokens = [.. vocabulary.Encode(Texts[i], addSpecialTokens: true).Take(20)];
            using ISession session = model.Open(new SessionOptions());
            session.Add(tokens[..1]);
            List<float> states = [.. session.Hidden(0, 0)];
            for (int at = 1; at < tokens.Length; at++)
            {
                session.Forward(new TokenBatch([0], [1], [tokens[at]]), Read.LastHidden);
                states.AddRange(session.Hidden(0, at));
            }
            var expected = new float[settings.Width];
            Pooling.Apply(pooling, states.ToArray(), expected);
            Assert.Equal(expected, vectors[(i * settings.Width)..((i + 1) * settings.Width)]);
        }
    }

    [Fact]
    public void A_file_of_rows_is_what_numpy_reads_and_can_be_gone_on_with()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("winnow-npy-").FullName, "a.npy");
        using (NpyWriter writer = NpyWriter.Create(path, 3))
        {
            writer.Append([1, 2, 3, 4, 5, 6]);
        }
        using (FileStream torn = File.OpenWrite(path))
        {
            torn.Seek(0, SeekOrigin.End);
            torn.Write([1, 2, 3, 4, 5]);
        }
        using (NpyWriter writer = NpyWriter.Continue(path, 3))
        {
            Assert.Equal(2, writer.Rows);
            writer.Append([7, 8, 9]);
        }
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0], bytes[..10]);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }", Encoding.ASCII.GetString(bytes[10..128]).TrimEnd());
        Assert.Equal((byte)'\n', bytes[127]);
        Assert.Equal(Enumerable.Range(1, 9).SelectMany(i => BitConverter.GetBytes((float)i)), bytes[128..]);
        Assert.Throws<WinnowException>(() => NpyWriter.Continue(path, 4));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static EncoderEmbedder Encoder(EmbeddingOptions options)
    {
        EncoderSettings settings = RandomEncoder.Settings() with { VocabularySize = 300 };
        using MemoryCheckpoint checkpoint = RandomEncoder.Checkpoint(settings, seed: 2);
        return new EncoderEmbedder(EncoderModel.Create(settings, checkpoint), TokenizerSamples.Words(), "random", options);
    }

    private static void AssertAllocatesNothingForEachText(TextEmbedder embedder)
    {
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => Texts[i % Texts.Length])];
        var vectors = new float[texts.Length * embedder.Width];
        for (int i = 0; i < 3; i++)
        {
            embedder.Embed(texts, vectors, Token);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        embedder.Embed(texts, vectors, Token);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 4 * texts.Length, $"{allocated} bytes for {texts.Length} texts");
    }
}
