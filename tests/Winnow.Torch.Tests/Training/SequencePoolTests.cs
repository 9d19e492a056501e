using CsCheck;
using Winnow.Numerics;
using Winnow.Torch.Training;
using Xunit;

namespace Winnow.Torch.Tests.Training;

public sealed class SequencePoolTests
{
    private static readonly Gen<TrainingSequence> AnySequence =
        from tokens in Gen.Int[5, 99].Array[2, 40]
        from prompt in Gen.Int[1, tokens.Length - 1]
        select new TrainingSequence(tokens, prompt);

    [Fact]
    public void Every_sequence_is_in_exactly_one_batch_and_no_batch_is_too_big() =>
        Gen.Select(AnySequence.List[1, 60], Gen.Int[40, 200], Gen.ULong).Sample((sequences, size, seed) =>
        {
            IReadOnlyList<TrainingBatch> batches = SequencePool.Batches(sequences, size, padding: 0, new HashedUniforms(seed));
            List<string> rows = [];
            foreach (TrainingBatch batch in batches)
            {
                Assert.Equal(batch.Rows * batch.Width, batch.Tokens.Length);
                Assert.True(batch.Tokens.Length <= size);
                for (int row = 0; row < batch.Rows; row++)
                {
                    rows.Add(string.Join(' ', batch.Tokens.AsSpan(row * batch.Width, batch.Width).ToArray().TakeWhile(t => t != 0)));
                }
                Assert.Equal(batch.TokenCount, batch.Tokens.Count(t => t != 0));
            }
            Assert.Equal(sequences.Select(s => string.Join(' ', s.Tokens)).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
        });

    [Fact]
    public void Targets_are_the_tokens_after_their_positions_and_all_solution_tokens() =>
        Gen.Select(AnySequence.List[1, 30], Gen.ULong).Sample((sequences, seed) =>
        {
            IReadOnlyList<TrainingBatch> batches = SequencePool.Batches(sequences, 128, padding: 0, new HashedUniforms(seed));
            foreach (TrainingBatch batch in batches)
            {
                for (int i = 0; i < batch.Positions.Length; i++)
                {
                    Assert.Equal(batch.Tokens[batch.Positions[i] + 1], batch.Targets[i]);
                }
            }
            Assert.Equal(sequences.Sum(s => s.Tokens.Length - s.PromptLength), batches.Sum(b => b.Targets.Length));
        });

    [Fact]
    public void The_order_of_batches_depends_on_the_seed_alone()
    {
        SyntheticCopySource source = new(50);
        TrainingSequence[] sequences = [.. Enumerable.Range(0, 300).Select(i => source.Sequence(i, 0))];
        int[] Order(ulong seed) => [.. SequencePool.Batches(sequences, 64, 0, new HashedUniforms(seed)).Select(b => b.Width)];
        Assert.Equal(Order(1), Order(1));
        Assert.NotEqual(Order(1), Order(2));
    }
}
