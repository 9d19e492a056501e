using Winnow.Numerics;

namespace Winnow.Torch.Training;

/// <summary>A batch, padded on the right.</summary>
/// <param name="Rows">Number of sequences, B.</param>
/// <param name="Width">Tokens of the longest, T.</param>
/// <param name="Tokens">Shape [B·T], row-major.</param>
/// <param name="Positions">Positions in the flat batch whose next token counts. Shape [n].</param>
/// <param name="Targets">Those next tokens. Shape [n].</param>
/// <param name="TokenCount">Tokens without padding.</param>
public sealed record TrainingBatch(int Rows, int Width, long[] Tokens, long[] Positions, long[] Targets, int TokenCount);

/// <summary>A pool of sequences, cut into batches of similar length in shuffled order.</summary>
public static class SequencePool
{
    /// <summary>Makes the batches of one pool.</summary>
    /// <param name="sequences">The sequences of the pool.</param>
    /// <param name="batchTokens">Tokens of a batch, padding included; one longer sequence is a batch of its own.</param>
    /// <param name="padding">Token that fills up rows.</param>
    /// <param name="uniforms">Source of the order of the batches.</param>
    public static IReadOnlyList<TrainingBatch> Batches(IReadOnlyList<TrainingSequence> sequences, int batchTokens, int padding, IUniforms uniforms)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(uniforms);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchTokens, 1);
        List<TrainingSequence> sorted = [.. sequences.OrderBy(sequence => sequence.Tokens.Length)];
        List<TrainingBatch> batches = [];
        int start = 0;
        for (int end = 1; end <= sorted.Count; end++)
        {
            bool isFull = end == sorted.Count || sorted[end].Tokens.Length * (end + 1 - start) > batchTokens;
            if (!isFull)
            {
                continue;
            }
            batches.Add(Pad(sorted.GetRange(start, end - start), padding));
            start = end;
        }
        double[] keys = [.. Enumerable.Range(0, batches.Count).Select(i => uniforms.Next("batch-order", 0, 0, i))];
        TrainingBatch[] shuffled = [.. batches];
        Array.Sort(keys, shuffled);
        return shuffled;
    }

    private static TrainingBatch Pad(List<TrainingSequence> rows, int padding)
    {
        int width = rows[^1].Tokens.Length;
        long[] tokens = new long[rows.Count * width];
        Array.Fill(tokens, padding);
        List<long> positions = [];
        List<long> targets = [];
        int count = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            int[] sequence = rows[row].Tokens;
            count += sequence.Length;
            for (int i = 0; i < sequence.Length; i++)
            {
                tokens[row * width + i] = sequence[i];
            }
            for (int i = rows[row].PromptLength; i < sequence.Length; i++)
            {
                positions.Add(row * width + i - 1);
                targets.Add(sequence[i]);
            }
        }
        return new TrainingBatch(rows.Count, width, tokens, [.. positions], [.. targets], count);
    }
}
