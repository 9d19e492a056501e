namespace Winnow.Numerics;

/// <summary>
/// Weighted sampling without replacement: the k largest of log-weight plus Gumbel noise are k sequential draws,
/// each in proportion to the weights left.
/// </summary>
/// <remarks>Sources: Efraimidis and Spirakis (2006); Kool, van Hoof and Welling (2019).</remarks>
public static class GumbelTopK
{
    /// <summary>Standard Gumbel noise of a uniform number: −ln(−ln u).</summary>
    /// <param name="uniform">In [0, 1); 0 counts as the smallest positive number.</param>
    public static double Noise(double uniform) => -Math.Log(-Math.Log(Math.Max(uniform, double.Epsilon)));

    /// <summary>Adds Gumbel noise to log-weights.</summary>
    /// <param name="logWeights">Shape [N]; −∞ stays −∞; no NaN.</param>
    /// <param name="uniforms">Shape [N]; each in [0, 1).</param>
    /// <param name="keys">Shape [N].</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Perturb(ReadOnlySpan<double> logWeights, ReadOnlySpan<double> uniforms, Span<double> keys)
    {
        if (uniforms.Length != logWeights.Length || keys.Length != logWeights.Length)
        {
            throw new ArgumentException($"There are {logWeights.Length} log-weights, {uniforms.Length} uniforms and room for {keys.Length} keys; give as many of each.", nameof(uniforms));
        }
        for (int i = 0; i < logWeights.Length; i++)
        {
            keys[i] = logWeights[i] + Noise(uniforms[i]);
        }
    }

    /// <summary>The indices of the k largest keys, in descending order; the lower index wins a tie.</summary>
    /// <param name="keys">Shape [N]; −∞ means never chosen; no NaN.</param>
    /// <param name="k">At least 0; fewer are returned where fewer keys are above −∞.</param>
    /// <remarks>Cost: O(N log k), memory O(k).</remarks>
    /// <exception cref="ArgumentException">k is negative, or a key is NaN.</exception>
    public static int[] Top(ReadOnlySpan<double> keys, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        var heap = new PriorityQueue<int, (double Key, int MinusIndex)>(Math.Min(k, keys.Length) + 1);
        for (int i = 0; i < keys.Length; i++)
        {
            if (double.IsNaN(keys[i]))
            {
                throw new ArgumentException($"Key {i} is NaN; keys must be numbers or −∞.", nameof(keys));
            }
            if (double.IsNegativeInfinity(keys[i]) || k == 0)
            {
                continue;
            }
            if (heap.Count < k)
            {
                heap.Enqueue(i, (keys[i], -i));
            }
            else if (heap.TryPeek(out _, out (double Key, int MinusIndex) smallest) && keys[i] > smallest.Key)
            {
                heap.EnqueueDequeue(i, (keys[i], -i));
            }
        }
        int[] chosen = new int[heap.Count];
        for (int i = chosen.Length - 1; i >= 0; i--)
        {
            chosen[i] = heap.Dequeue();
        }
        return chosen;
    }

    /// <summary>Draws k indices without replacement, each in proportion to the weights left.</summary>
    /// <param name="logWeights">Shape [N]; natural logs, unnormalised; −∞ means never.</param>
    /// <param name="k">At least 0.</param>
    /// <param name="uniforms">Slot i of step 0 gives the number of index i.</param>
    /// <param name="name">What the numbers are for.</param>
    /// <param name="iteration">Which draw of the run this is.</param>
    /// <returns>At most k indices, the first drawn first.</returns>
    /// <remarks>Cost: O(N log k).</remarks>
    public static int[] Draw(ReadOnlySpan<double> logWeights, int k, IUniforms uniforms, string name, int iteration = 0)
    {
        ArgumentNullException.ThrowIfNull(uniforms);
        double[] keys = new double[logWeights.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = logWeights[i] + Noise(uniforms.Next(name, iteration, i, 0));
        }
        return Top(keys, k);
    }

    /// <summary>The probability that a set is what k sequential draws without replacement give, in any order.</summary>
    /// <param name="weights">Shape [N]; finite, at least 0, not all 0.</param>
    /// <param name="set">k different indices, k at most 20.</param>
    /// <remarks>Cost: O(2ᵏ·k), by the last index drawn of each subset.</remarks>
    /// <exception cref="ArgumentException">A weight is negative or not finite, all are 0, or the set is too large.</exception>
    public static double SetProbability(ReadOnlySpan<double> weights, ReadOnlySpan<int> set)
    {
        const int MaxSize = 20;
        double total = Weights.Sum(weights);
        if (set.Length > MaxSize)
        {
            throw new ArgumentException($"The set has {set.Length} members; at most {MaxSize} can be summed over.", nameof(set));
        }
        double[] drawn = new double[1 << set.Length];
        double[] taken = new double[1 << set.Length];
        drawn[0] = 1;
        for (int subset = 1; subset < drawn.Length; subset++)
        {
            for (int i = 0; i < set.Length; i++)
            {
                if ((subset & (1 << i)) == 0)
                {
                    continue;
                }
                int before = subset ^ (1 << i);
                double weight = weights[set[i]];
                taken[subset] = taken[before] + weight;
                if (weight > 0)
                {
                    drawn[subset] += drawn[before] * weight / (total - taken[before]);
                }
            }
        }
        return drawn[^1];
    }
}
