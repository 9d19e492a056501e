namespace Winnow.Numerics;

/// <summary>
/// A sequential random source for generators that make one thing from one seed. Search uses <see cref="IUniforms"/>
/// instead, which has no state to copy.
/// </summary>
/// <remarks>
/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014). The period is 2^64; the
/// same seed gives the same numbers on every platform. Not thread-safe: one thread, one source.
/// </remarks>
public sealed class SplitMix64(ulong seed)
{
    private ulong state = seed;

    /// <summary>The source of a named part of whatever <paramref name="seed"/> stands for.</summary>
    public static SplitMix64 For(ulong seed, ReadOnlySpan<char> part, int index = 0) => new(Seeds.Derive(seed, part, index));

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        state += 0x9E3779B97F4A7C15UL;
        return Seeds.Mix(state);
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform integer below a bound, without bias.</summary>
    /// <param name="exclusiveMax">Upper bound, itself excluded; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int Below(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMax, 1);
        // Lemire (2019): the high word of a product is uniform once the low words that would be over-counted are refused.
        ulong bound = (ulong)exclusiveMax;
        ulong refused = (0UL - bound) % bound;
        ulong high;
        ulong low;
        do
        {
            high = Math.BigMul(NextUInt64(), bound, out low);
        }
        while (low < refused);
        return (int)high;
    }

    /// <summary>A uniform integer between two bounds, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or holds 2^31 numbers or more.</exception>
    public int Between(int min, int max) => min + Below(checked(max - min + 1));

    /// <summary>True with a probability.</summary>
    /// <param name="probability">Range: 0 … 1.</param>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>One item of a list, each as likely as any other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The list is empty.</exception>
    public T Pick<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items[Below(items.Count)];
    }

    /// <summary>Different items of a list in random order.</summary>
    /// <param name="items">What to pick from.</param>
    /// <param name="count">How many; at most the list's length.</param>
    /// <exception cref="ArgumentOutOfRangeException">The list is shorter than <paramref name="count"/>.</exception>
    public T[] PickDistinct<T>(IReadOnlyList<T> items, int count)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, items.Count);
        T[] pool = [.. items];
        for (int i = 0; i < count; i++)
        {
            int j = i + Below(pool.Length - i);
            (pool[i], pool[j]) = (pool[j], pool[i]);
        }
        return pool[..count];
    }

    /// <summary>Brings items into random order, every order as likely as any other.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
