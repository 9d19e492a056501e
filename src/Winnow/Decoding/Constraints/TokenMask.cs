using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Winnow.Decoding.Kernels;

namespace Winnow.Decoding.Constraints;

/// <summary>A set of tokens, as bits.</summary>
/// <param name="Bits">Shape [⌈V/64⌉ + 1]; the last word is padding, so that sixteen bits can be read anywhere.</param>
/// <param name="Count">Tokens in the set.</param>
internal sealed record TokenMask(ulong[] Bits, int Count)
{
    private const int ListedAtMost = 1024;

    /// <summary>The tokens themselves, ascending, where they are few.</summary>
    public int[]? Tokens { get; } = Count <= ListedAtMost ? List(Bits, Count) : null;

    public bool Contains(int token) => (Bits[token >> 6] >> token & 1) != 0;

    private static int[] List(ulong[] bits, int count)
    {
        int[] tokens = new int[count];
        int next = 0;
        for (int word = 0; word < bits.Length; word++)
        {
            for (ulong rest = bits[word]; rest != 0; rest &= rest - 1)
            {
                tokens[next++] = 64 * word + BitOperations.TrailingZeroCount(rest);
            }
        }
        return tokens;
    }
}

/// <summary>Keeps the tokens of a mask, and some besides.</summary>
internal readonly struct MaskRule(TokenMask mask) : IKeepRule
{
    private static readonly Vector512<int> Lanes = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Keeps(float logit, int id) => logit >= float.MinValue && mask.Contains(id);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Keeps(Vector512<float> logits, Vector512<int> ids)
    {
        Vector512<int> finite = Vector512.GreaterThanOrEqual(logits, Vector512.Create(float.MinValue)).AsInt32();
        int first = ids[0];
        if (ids[15] - first == 15)
        {
            int shift = first & 63;
            ulong word = mask.Bits[first >> 6] >> shift;
            if (shift > 48)
            {
                word |= mask.Bits[(first >> 6) + 1] << (64 - shift);
            }
            return finite & ~Vector512.Equals(Vector512.Create((int)(word & 0xFFFF)) & Lanes, Vector512<int>.Zero);
        }
        int bits = 0;
        for (int lane = 0; lane < 16; lane++)
        {
            bits |= mask.Contains(ids[lane]) ? 1 << lane : 0;
        }
        return finite & ~Vector512.Equals(Vector512.Create(bits) & Lanes, Vector512<int>.Zero);
    }

    /// <inheritdoc/>
    public bool MayKeepIn(float blockMaximum) => blockMaximum >= float.MinValue;
}
