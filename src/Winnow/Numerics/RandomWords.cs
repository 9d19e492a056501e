using System.Runtime.CompilerServices;

namespace Winnow.Numerics;

/// <summary>
/// A stream of random words for one tight inner loop, where naming every number would cost more than the work.
/// It starts from a named place of <see cref="IUniforms"/>, so a loop replays whatever happened before it.
/// </summary>
/// <remarks>The numbers are those of <see cref="SplitMix64"/>, without its state on the heap. Source: Steele, Lea and Flood (2014). Cost: about 1 ns a word; no allocation.</remarks>
internal struct RandomWords(ulong seed)
{
    private ulong state = seed;

    /// <summary>The stream that belongs to a place in a run.</summary>
    public static RandomWords At(IUniforms uniforms, string name, int slot) =>
        new((ulong)(uniforms.Next(name, 0, slot, 0) * (1UL << 53)) << 11);

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next() => Seeds.Mix(state += 0x9E3779B97F4A7C15UL);

    /// <summary>An index in 0 … n−1 from 32 random bits (Lemire, 2019); its bias, below n / 2³², is left in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Below(ulong bits, int n) => (int)(bits * (uint)n >>> 32);
}
