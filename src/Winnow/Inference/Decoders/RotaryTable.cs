namespace Winnow.Inference.Decoders;

/// <summary>Cosines and sines by position, computed when a position is first met. Thread-safe.</summary>
internal sealed class RotaryTable
{
    private const int BlockPositions = 256;

    private readonly RotaryFrequencies _frequencies;
    private readonly float[]?[] _blocks;
    private readonly int _half;

    public RotaryTable(DecoderSettings settings)
    {
        _frequencies = RotaryFrequencies.Compute(settings.Rotary, settings.HeadWidth, settings.ContextLength);
        _half = settings.HeadWidth / 2;
        _blocks = new float[]?[(settings.ContextLength + BlockPositions - 1) / BlockPositions];
    }

    /// <summary>Cosines and then sines of a position, shape [head width].</summary>
    public ReadOnlySpan<float> At(int position) =>
        (Volatile.Read(ref _blocks[position / BlockPositions]) ?? Fill(position / BlockPositions))
        .AsSpan(position % BlockPositions * 2 * _half, 2 * _half);

    // Two threads may fill the same block: they write the same numbers.
    private float[] Fill(int block)
    {
        var values = new float[BlockPositions * 2 * _half];
        for (int p = 0; p < BlockPositions; p++)
        {
            Span<float> row = values.AsSpan(p * 2 * _half, 2 * _half);
            for (int i = 0; i < _half; i++)
            {
                (row[i], row[i + _half]) = _frequencies.Turn(i, (block * BlockPositions) + p);
            }
        }
        Volatile.Write(ref _blocks[block], values);
        return values;
    }
}
