using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Winnow.Decoding.Kernels;

/// <summary>
/// Finds where a prefix of the candidates, ordered by distance of their logits from a centre, first reaches a mass or a
/// count: by histogram, then within the bucket that crosses. Nothing is sorted but the last few hundred entries.
/// </summary>
/// <remarks>Exact: the boundary is the one that a full sort would give. Cost: O(n), three passes.</remarks>
internal static class PrefixSelection
{
    private const int Buckets = 2048;
    private const int SortedAtMost = 256;
    private const int EqualGroupsTried = 4;

    /// <summary>The last entry of the shortest prefix whose mass reaches the target.</summary>
    /// <param name="logits">Shape [n].</param>
    /// <param name="ids">Shape [n] ascending; empty where the id of an entry is its index.</param>
    /// <param name="weights">Shape [n], in [0, 1]; empty to count entries instead.</param>
    /// <param name="centre">What distances are measured from.</param>
    /// <param name="reach">The largest distance that can matter; finite.</param>
    /// <param name="target">Mass in fixed point, or a count.</param>
    /// <param name="workspace">Scratch.</param>
    public static Boundary Find(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> ids, ReadOnlySpan<float> weights, float centre, float reach, long target,
        SamplerWorkspace workspace)
    {
        Span<int> members = workspace.Members(logits.Length + Compaction.Padding);
        int count = logits.Length;
        long before = 0;
        bool isWhole = true;
        float low = 0, high = reach;
        while ((isWhole ? logits.Length : count) > SortedAtMost && high > low)
        {
            float scale = (Buckets - 1) / (high - low);
            if (!float.IsFinite(scale))
            {
                break;
            }
            Span<long> masses = workspace.Masses(2 * Buckets);
            masses.Clear();
            if (isWhole)
            {
                Fill(logits, weights, centre, low, scale, masses);
            }
            else
            {
                Fill(logits, weights, members[..count], centre, low, scale, masses);
            }
            int crossing = Crossing(masses, target, ref before);
            if (crossing < 0)
            {
                return Boundary.Everything(centre);
            }
            count = isWhole
                ? Gather(logits, centre, low, scale, crossing, members)
                : Filter(logits, members[..count], centre, low, scale, crossing, members);
            isWhole = false;
            (low, high) = Range(logits, members[..count], centre);
        }
        if (isWhole)
        {
            for (int i = 0; i < count; i++)
            {
                members[i] = i;
            }
        }
        if (count > SortedAtMost && FindAmongEqual(logits, ids, weights, members[..count], centre, target, ref before) is { } tied)
        {
            return tied;
        }
        return FindBySorting(logits, ids, weights, members[..count], centre, target, before, workspace);
    }

    private static void Fill(ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, float centre, float low, float scale, Span<long> masses)
    {
        Span<long> even = masses[..Buckets], odd = masses[Buckets..];
        if (weights.IsEmpty)
        {
            for (int i = 0; i < logits.Length; i++)
            {
                even[Bucket(logits[i], centre, low, scale)] += logits[i] >= float.MinValue ? 1 : 0;
            }
            return;
        }
        int next = Vector512.IsHardwareAccelerated ? FillByVector(logits, weights, centre, low, scale, even, odd) : 0;
        for (; next < logits.Length; next++)
        {
            even[Bucket(logits[next], centre, low, scale)] += FixedPoint.Of(weights[next]);
        }
    }

    // Most entries of a real distribution lie far out: sixteen of them in the last bucket are one addition. The others go
    // to two histograms in turn, so that neighbours in one bucket need not wait for each other.
    private static int FillByVector(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, float centre, float low, float scale, Span<long> even, Span<long> odd)
    {
        Span<int> buckets = stackalloc int[Vector512<int>.Count];
        Span<long> masses = stackalloc long[Vector512<int>.Count];
        Vector512<float> centres = Vector512.Create(centre), lows = Vector512.Create(low), scales = Vector512.Create(scale);
        Vector512<float> last = Vector512.Create((float)(Buckets - 1));
        Vector512<double> one = Vector512.Create(FixedPoint.One);
        Vector512<long> farOut = default;
        int i = 0;
        for (; i <= logits.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> position = (Vector512.Abs(Vector512.Create(logits.Slice(i, Vector512<float>.Count)) - centres) - lows) * scales;
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Vector512.Create(weights.Slice(i, Vector512<float>.Count)));
            Vector512<long> lower = Vector512.ConvertToInt64(a * one), upper = Vector512.ConvertToInt64(b * one);
            if (Vector512.GreaterThanOrEqualAll(position, last))
            {
                farOut += lower + upper;
                continue;
            }
            Vector512.ConvertToInt32Native(Vector512.MinNative(position, last)).CopyTo(buckets);
            lower.CopyTo(masses);
            upper.CopyTo(masses[Vector512<long>.Count..]);
            for (int lane = 0; lane < buckets.Length; lane += 2)
            {
                even[buckets[lane]] += masses[lane];
                odd[buckets[lane + 1]] += masses[lane + 1];
            }
        }
        even[Buckets - 1] += Vector512.Sum(farOut);
        return i;
    }

    private static void Fill(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, ReadOnlySpan<int> members, float centre, float low, float scale, Span<long> masses)
    {
        foreach (int i in members)
        {
            masses[Bucket(logits[i], centre, low, scale)] += WeightAt(logits, weights, i);
        }
    }

    private static long WeightAt(ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, int i) =>
        weights.IsEmpty ? (logits[i] >= float.MinValue ? 1 : 0) : FixedPoint.Of(weights[i]);

    private static int Bucket(float logit, float centre, float low, float scale) =>
        (int)MathF.Min((MathF.Abs(logit - centre) - low) * scale, Buckets - 1);

    private static int Crossing(Span<long> masses, long target, ref long before)
    {
        for (int b = 0; b < Buckets; b++)
        {
            long mass = masses[b] + masses[Buckets + b];
            if (mass > 0 && before + mass >= target)
            {
                return b;
            }
            before += mass;
        }
        return -1;
    }

    private static int Gather(ReadOnlySpan<float> logits, float centre, float low, float scale, int bucket, Span<int> members)
    {
        int count = 0;
        int i = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<float> centres = Vector512.Create(centre), lows = Vector512.Create(low), scales = Vector512.Create(scale), last = Vector512.Create((float)(Buckets - 1));
            Vector512<int> wanted = Vector512.Create(bucket);
            for (; i <= logits.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> position = (Vector512.Abs(Vector512.Create(logits.Slice(i, Vector512<float>.Count)) - centres) - lows) * scales;
                Vector512<int> chosen = Vector512.Equals(Vector512.ConvertToInt32Native(Vector512.MinNative(position, last)), wanted);
                ulong bits = chosen.ExtractMostSignificantBits();
                if (bits != 0)
                {
                    Avx512F.Compress(Vector512<int>.Zero, chosen, Vector512<int>.Indices + Vector512.Create(i)).CopyTo(members[count..]);
                    count += System.Numerics.BitOperations.PopCount(bits);
                }
            }
        }
        for (; i < logits.Length; i++)
        {
            members[count] = i;
            count += Bucket(logits[i], centre, low, scale) == bucket ? 1 : 0;
        }
        return count;
    }

    private static int Filter(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> members, float centre, float low, float scale, int bucket, Span<int> kept)
    {
        int count = 0;
        foreach (int i in members)
        {
            kept[count] = i;
            count += Bucket(logits[i], centre, low, scale) == bucket ? 1 : 0;
        }
        return count;
    }

    private static (float Low, float High) Range(ReadOnlySpan<float> logits, ReadOnlySpan<int> members, float centre)
    {
        float low = float.PositiveInfinity, high = 0;
        foreach (int i in members)
        {
            float distance = MathF.Abs(logits[i] - centre);
            low = MathF.Min(low, distance);
            high = MathF.Max(high, MathF.Min(distance, float.MaxValue));
        }
        return (low, high);
    }

    // Thousands of equal logits (an untrained model, a uniform distribution) must not be sorted: count instead.
    private static Boundary? FindAmongEqual(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> ids, ReadOnlySpan<float> weights, ReadOnlySpan<int> members, float centre, long target,
        ref long before)
    {
        (float low, float high) = Range(logits, members, centre);
        if (low != high)
        {
            return null;
        }
        long passed = before;
        float ceiling = float.PositiveInfinity;
        for (int group = 0; group < EqualGroupsTried; group++)
        {
            float largest = float.NegativeInfinity;
            int first = -1;
            long size = 0;
            foreach (int i in members)
            {
                if (logits[i] < ceiling && logits[i] > largest)
                {
                    (largest, first, size) = (logits[i], i, 0);
                }
                size += logits[i] == largest ? 1 : 0;
            }
            if (first < 0)
            {
                return Boundary.Everything(centre);
            }
            long weight = WeightAt(logits, weights, first);
            if (weight > 0 && passed + size * weight >= target)
            {
                long needed = Math.Max(1, (target - passed + weight - 1) / weight);
                foreach (int i in members)
                {
                    if (logits[i] == largest && --needed == 0)
                    {
                        return new Boundary(centre, low, largest, IdOf(ids, i));
                    }
                }
            }
            passed += size * weight;
            ceiling = largest;
        }
        return null;
    }

    private static Boundary FindBySorting(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> ids, ReadOnlySpan<float> weights, ReadOnlySpan<int> members, float centre, long target,
        long before, SamplerWorkspace workspace)
    {
        Span<ulong> order = workspace.Order(members.Length);
        Span<long> masses = workspace.Masses(members.Length);
        int finite = 0;
        foreach (int i in members)
        {
            if (logits[i] >= float.MinValue)
            {
                order[finite] = Rank(logits[i], centre);
                masses[finite++] = WeightAt(logits, weights, i);
            }
        }
        order = order[..finite];
        masses = masses[..finite];
        order.Sort(masses);
        long cumulative = before;
        int groupStart = 0;
        for (int i = 0; i < finite; i++)
        {
            groupStart = i > 0 && order[i] == order[i - 1] ? groupStart : i;
            cumulative += masses[i];
            if (cumulative >= target)
            {
                int nth = i - groupStart;
                foreach (int member in members)
                {
                    float logit = logits[member];
                    if (logit >= float.MinValue && Rank(logit, centre) == order[i] && nth-- == 0)
                    {
                        return new Boundary(centre, MathF.Abs(logit - centre), logit, IdOf(ids, member));
                    }
                }
            }
        }
        return Boundary.Everything(centre);
    }

    // Distance first, then the larger logit: both as integers whose order is that of the numbers.
    private static ulong Rank(float logit, float centre)
    {
        uint distance = BitConverter.SingleToUInt32Bits(MathF.Abs(logit - centre));
        int bits = BitConverter.SingleToInt32Bits(logit + 0f);
        int ordered = bits ^ ((bits >> 31) & int.MaxValue);
        return (ulong)distance << 32 | ~((uint)ordered ^ 0x8000_0000u);
    }

    private static int IdOf(ReadOnlySpan<int> ids, int index) => ids.IsEmpty ? index : ids[index];
}
