using CsCheck;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Encoders;
using Winnow.Testing.Models;

namespace Winnow.Tests.Inference;

public sealed class EncoderTests
{
    [Theory]
    [InlineData(EncoderActivation.Gelu, "")]
    [InlineData(EncoderActivation.Relu, "bert.")]
    public void Hidden_states_are_those_of_plain_loops_in_double_precision(EncoderActivation activation, string prefix)
    {
        EncoderSettings settings = RandomEncoder.Settings(activation);
        using MemoryCheckpoint plain = RandomEncoder.Checkpoint(settings, seed: 3);
        using MemoryCheckpoint named = RandomEncoder.Checkpoint(settings, seed: 3, prefix);
        using EncoderModel model = EncoderModel.Create(settings, named);
        var oracle = new PlainEncoder(settings, plain);
        int[][] sequences = [[5], [1, 2, 3, 4, 5, 6, 7], [.. Enumerable.Range(0, 33).Select(i => i * 7 % 61)], [60, 0]];
        float[][] states = Run(model, sequences, threads: 1);
        for (int s = 0; s < sequences.Length; s++)
        {
            double[] expected = [.. oracle.States(sequences[s]).SelectMany(row => row)];
            Assert.Equal(expected.Length, states[s].Length);
            Assert.All(expected.Zip(states[s]), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
        }
    }

    [Fact]
    public void A_sequence_has_the_same_states_bit_by_bit_whatever_else_is_read()
    {
        EncoderSettings settings = RandomEncoder.Settings();
        using MemoryCheckpoint checkpoint = RandomEncoder.Checkpoint(settings, seed: 8);
        using EncoderModel model = EncoderModel.Create(settings, checkpoint);
        Gen.Int[0, settings.VocabularySize - 1].Array[1, settings.ContextLength].Array[1, 40].Sample(
            sequences =>
            {
                float[][] together = Run(model, sequences, threads: 2);
                // One sequence is shared by all threads, where there are several.
                float[][] alone = [.. sequences.Select((s, i) => Run(model, [s], threads: 1 + (i % 4))[0])];
                return together.Zip(alone).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
            },
            iter: 20, threads: 1);
    }

    [Fact]
    public void What_is_out_of_range_is_refused_before_anything_is_computed()
    {
        EncoderSettings settings = RandomEncoder.Settings();
        using MemoryCheckpoint checkpoint = RandomEncoder.Checkpoint(settings, seed: 8);
        using EncoderModel model = EncoderModel.Create(settings, checkpoint);
        Assert.Contains("Token 61", Assert.Throws<ArgumentException>(() => Run(model, [[61]], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("41 tokens", Assert.Throws<ArgumentException>(() => Run(model, [new int[41]], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("0 tokens", Assert.Throws<ArgumentException>(() => Run(model, [[]], 1)).Message, StringComparison.Ordinal);
        WinnowException error = Assert.Throws<WinnowException>(() => EncoderModel.Create(settings with { Layers = 3 }, checkpoint));
        Assert.Contains("encoder.layer.2.attention.self.query.weight", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<WinnowException>(() => EncoderModel.Create(settings with { FeedForwardWidth = 76 }, checkpoint));
        Assert.Contains("[75, 42]", error.Message, StringComparison.Ordinal);
    }

    private static float[][] Run(EncoderModel model, int[][] sequences, int threads)
    {
        var states = new Kept(sequences.Length);
        model.Run(sequences.SelectMany(s => s).ToArray(), sequences.Select(s => s.Length).ToArray(), states, threads, TestContext.Current.CancellationToken);
        return states.States;
    }

    private sealed class Kept(int count) : IHiddenStateReader
    {
        public float[][] States { get; } = new float[count][];

        public void Read(int sequence, ReadOnlySpan<float> states) => States[sequence] = states.ToArray();
    }
}
