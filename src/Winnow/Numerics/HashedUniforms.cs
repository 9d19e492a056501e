namespace Winnow.Numerics;

/// <summary>Uniforms hashed from a 64-bit seed and the place of use: stateless, thread-safe, the same everywhere.</summary>
/// <remarks>
/// The finaliser is that of SplitMix64 (Steele, Lea and Flood, 2014), applied after each word that is mixed in.
/// Cost: a few nanoseconds for each number; no allocation.
/// </remarks>
public sealed class HashedUniforms(ulong seed) : IUniforms
{
    /// <summary>The seed every number depends on.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>A source for one named part of a run, independent of the others.</summary>
    public static HashedUniforms For(ulong seed, string part, int index = 0) => new(Seeds.Derive(seed, part, index));

    /// <inheritdoc/>
    public double Next(string name, int iteration, int slot, int step)
    {
        ulong hash = Seeds.Derive(Seed, name, iteration);
        hash = Seeds.Mix(hash ^ ((ulong)(uint)slot << 32 | (uint)step));
        return (hash >> 11) * (1.0 / (1UL << 53));
    }
}
