using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Winnow.Decoding.Kernels;

/// <summary>Single passes over logits: block maxima, validity, counts and moments.</summary>
internal static class LogitScan
{
    /// <summary>Entries that share one maximum. A multiple of the widest vector.</summary>
    public const int BlockLength = 128;

    /// <summary>Blocks of a number of entries.</summary>
    public static int BlockCount(int length) => (length + BlockLength - 1) / BlockLength;

    /// <summary>Maximum of each block; a NaN anywhere in a block makes its maximum NaN.</summary>
    public static void BlockMaxima(ReadOnlySpan<float> logits, Span<float> maxima)
    {
        int block = 0;
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            ref float start = ref MemoryMarshal.GetReference(logits);
            for (; i <= logits.Length - BlockLength; i += BlockLength)
            {
                Vector512<float> max = Vector512.LoadUnsafe(ref start, (nuint)i);
                Vector512<float> ordered = Vector512.Equals(max, max);
                for (int j = Vector512<float>.Count; j < BlockLength; j += Vector512<float>.Count)
                {
                    Vector512<float> next = Vector512.LoadUnsafe(ref start, (nuint)(i + j));
                    ordered &= Vector512.Equals(next, next);
                    max = Vector512.MaxNative(max, next);
                }
                bool anyNaN = !Vector512.EqualsAll(ordered.AsInt32(), Vector512<int>.AllBitsSet);
                maxima[block++] = anyNaN ? float.NaN : Largest(max);
            }
        }
        for (; i < logits.Length; i += BlockLength)
        {
            maxima[block++] = TensorPrimitives.Max(logits.Slice(i, Math.Min(BlockLength, logits.Length - i)));
        }
    }

    /// <summary>The smallest finite logit; the largest float where there is none.</summary>
    public static float MinFinite(ReadOnlySpan<float> logits)
    {
        float min = TensorPrimitives.Min(logits);
        if (float.IsFinite(min))
        {
            return min;
        }
        min = float.MaxValue;
        foreach (float logit in logits)
        {
            min = logit >= float.MinValue ? MathF.Min(min, logit) : min;
        }
        return min;
    }

    /// <summary>Index of the first entry at or above a threshold; −1 where there is none.</summary>
    public static int IndexOfAtLeast(ReadOnlySpan<float> logits, float threshold)
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> bound = Vector512.Create(threshold);
            ref float start = ref MemoryMarshal.GetReference(logits);
            for (; i <= logits.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                ulong bits = Vector512.GreaterThanOrEqual(Vector512.LoadUnsafe(ref start, (nuint)i), bound).ExtractMostSignificantBits();
                if (bits != 0)
                {
                    return i + System.Numerics.BitOperations.TrailingZeroCount(bits);
                }
            }
        }
        for (; i < logits.Length; i++)
        {
            if (logits[i] >= threshold)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Number of entries at or above a threshold.</summary>
    public static int CountAtLeast(ReadOnlySpan<float> logits, float threshold)
    {
        int count = 0;
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<int> counts = default;
            Vector512<float> bound = Vector512.Create(threshold);
            ref float start = ref MemoryMarshal.GetReference(logits);
            for (; i <= logits.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                counts -= Vector512.GreaterThanOrEqual(Vector512.LoadUnsafe(ref start, (nuint)i), bound).AsInt32();
            }
            count = Vector512.Sum(counts);
        }
        for (; i < logits.Length; i++)
        {
            count += logits[i] >= threshold ? 1 : 0;
        }
        return count;
    }

    /// <summary>Σ w·(l − shift) over entries of positive weight, and the smallest finite l.</summary>
    public static (double WeightedShift, float MinFinite) WeightedMoment(ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, float shift)
    {
        double sum = 0;
        float min = float.PositiveInfinity;
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<double> low = default, high = default;
            Vector512<float> mins = Vector512.Create(float.PositiveInfinity);
            Vector512<float> shifts = Vector512.Create(shift);
            Vector512<float> finite = Vector512.Create(float.MinValue);
            ref float l = ref MemoryMarshal.GetReference(logits);
            ref float w = ref MemoryMarshal.GetReference(weights);
            for (; i <= logits.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> logit = Vector512.LoadUnsafe(ref l, (nuint)i);
                Vector512<float> valid = Vector512.GreaterThanOrEqual(logit, finite);
                mins = Vector512.MinNative(mins, Vector512.ConditionalSelect(valid, logit, mins));
                Vector512<float> term = Vector512.ConditionalSelect(valid, (logit - shifts) * Vector512.LoadUnsafe(ref w, (nuint)i), Vector512<float>.Zero);
                (Vector512<double> a, Vector512<double> b) = Vector512.Widen(term);
                low += a;
                high += b;
            }
            sum = Vector512.Sum(low + high);
            for (int lane = 0; lane < Vector512<float>.Count; lane++)
            {
                min = Math.Min(min, mins[lane]);
            }
        }
        for (; i < logits.Length; i++)
        {
            if (logits[i] >= float.MinValue)
            {
                sum += (logits[i] - shift) * weights[i];
                min = Math.Min(min, logits[i]);
            }
        }
        return (sum, min);
    }

    /// <summary>Count, mean of (l − shift) and population variance over finite entries.</summary>
    public static (int Count, double Mean, double Variance) FiniteMoments(ReadOnlySpan<float> logits, float shift)
    {
        double sum = 0, squares = 0;
        int count = 0;
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<double> sums = default, squaresLow = default, squaresHigh = default;
            Vector512<int> counts = default;
            Vector512<float> shifts = Vector512.Create(shift);
            Vector512<float> finite = Vector512.Create(float.MinValue);
            ref float start = ref MemoryMarshal.GetReference(logits);
            for (; i <= logits.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> logit = Vector512.LoadUnsafe(ref start, (nuint)i);
                Vector512<float> valid = Vector512.GreaterThanOrEqual(logit, finite);
                counts -= valid.AsInt32();
                (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Vector512.ConditionalSelect(valid, logit - shifts, Vector512<float>.Zero));
                sums += a + b;
                squaresLow = Vector512.FusedMultiplyAdd(a, a, squaresLow);
                squaresHigh = Vector512.FusedMultiplyAdd(b, b, squaresHigh);
            }
            sum = Vector512.Sum(sums);
            squares = Vector512.Sum(squaresLow + squaresHigh);
            count = Vector512.Sum(counts);
        }
        for (; i < logits.Length; i++)
        {
            if (logits[i] >= float.MinValue)
            {
                double x = logits[i] - shift;
                sum += x;
                squares += x * x;
                count++;
            }
        }
        if (count == 0)
        {
            return (0, 0, 0);
        }
        double mean = sum / count;
        return (count, mean, Math.Max(0, squares / count - mean * mean));
    }

    private static float Largest(Vector512<float> lanes)
    {
        Vector256<float> half = Vector256.MaxNative(lanes.GetLower(), lanes.GetUpper());
        Vector128<float> quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        quarter = Vector128.MaxNative(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(quarter[0], quarter[1]);
    }
}
