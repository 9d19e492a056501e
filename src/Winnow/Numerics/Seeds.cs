namespace Winnow.Numerics;

/// <summary>Seeds derived by name and index, never by the order of calls.</summary>
public static class Seeds
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15UL;

    /// <summary>The seed of a named part of whatever <paramref name="seed"/> stands for.</summary>
    public static ulong Derive(ulong seed, ReadOnlySpan<char> part, int index = 0)
    {
        ulong hash = Mix(seed + GoldenGamma);
        foreach (char c in part)
        {
            hash = (hash ^ c) * 0x100000001B3UL;
        }
        return Mix(Mix(hash) + GoldenGamma * ((ulong)(uint)index + 1));
    }

    /// <summary>SplitMix64's finaliser: a bijection of 64-bit words in which each input bit moves every output bit.</summary>
    public static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9UL;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EBUL;
        return word ^ (word >> 31);
    }
}
