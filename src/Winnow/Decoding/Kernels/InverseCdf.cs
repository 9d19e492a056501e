namespace Winnow.Decoding.Kernels;

/// <summary>The inverse of a cumulative distribution over weights.</summary>
internal static class InverseCdf
{
    private const int BlockLength = 512;

    /// <summary>The first entry whose cumulative weight exceeds a target; the last of positive weight where none does.</summary>
    /// <param name="weights">Shape [n], in [0, 1], not all 0.</param>
    /// <param name="target">In fixed point, below the sum of all weights.</param>
    public static int Find(ReadOnlySpan<float> weights, long target)
    {
        long cumulative = 0;
        int start = 0;
        for (; start + BlockLength < weights.Length; start += BlockLength)
        {
            long mass = FixedPoint.Sum(weights.Slice(start, BlockLength));
            if (cumulative + mass > target)
            {
                break;
            }
            cumulative += mass;
        }
        for (int i = start; i < weights.Length; i++)
        {
            cumulative += FixedPoint.Of(weights[i]);
            if (cumulative > target)
            {
                return i;
            }
        }
        return weights.LastIndexOfAnyExcept(0f);
    }
}
