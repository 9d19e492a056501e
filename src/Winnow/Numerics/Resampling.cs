namespace Winnow.Numerics;

/// <summary>How parents are drawn in <see cref="Resampling.Draw"/>.</summary>
public enum ResamplingScheme
{
    /// <summary>Independent draws, sorted.</summary>
    Multinomial,

    /// <summary>One uniform number, evenly spaced points. The default: least variance for its price.</summary>
    Systematic,

    /// <summary>One uniform number in each of M equal strata.</summary>
    Stratified,

    /// <summary>The whole part of each expected count for certain, the remainders drawn.</summary>
    Residual,

    /// <summary>Srinivasan's pairwise rounding of the expected counts.</summary>
    Ssp,
}

/// <summary>
/// Draws M parents out of N weighted particles so that each has M·W[i] copies on average (W are the weights over
/// their sum). Which uniform numbers are used is the caller's choice, so that a run can be replayed.
/// </summary>
/// <remarks>
/// A point u selects the first particle whose cumulative share exceeds it; a particle of weight 0 is never selected;
/// a point that rounding leaves beyond the end selects the last particle of positive weight.
/// Sources: Kitagawa (1996) for stratified and systematic; Liu and Chen (1998) for residual; Gerber, Chopin and
/// Whiteley (2019) for SSP; Del Moral (2004) for killing; Chopin and Papaspiliopoulos (2020, ch. 9) for all.
/// </remarks>
public static class Resampling
{
    private const int StackLimit = 256;

    /// <summary>Draws parents by a named scheme, with uniforms named by their place of use.</summary>
    /// <param name="scheme">How to draw.</param>
    /// <param name="weights">Shape [N]; finite, at least 0, not all 0; need not sum to 1.</param>
    /// <param name="uniforms">Slot k of step 0 gives the k-th number.</param>
    /// <param name="name">What the numbers are for, for example <c>"resample"</c>.</param>
    /// <param name="iteration">Which resampling of the run this is.</param>
    /// <param name="parents">Shape [M]; receives indices in 0 … N−1, sorted except under residual.</param>
    /// <remarks>Cost: O(N + M).</remarks>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public static void Draw(
        ResamplingScheme scheme, ReadOnlySpan<double> weights, IUniforms uniforms, string name, int iteration, Span<int> parents)
    {
        ArgumentNullException.ThrowIfNull(uniforms);
        int needed = scheme switch
        {
            ResamplingScheme.Multinomial => parents.Length + 1,
            ResamplingScheme.Systematic => 1,
            ResamplingScheme.Stratified => parents.Length,
            ResamplingScheme.Residual => ResidualDraws(weights, parents.Length),
            ResamplingScheme.Ssp => Math.Max(weights.Length - 1, 0),
            _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "Name one of the schemes of ResamplingScheme."),
        };
        Span<double> numbers = needed <= StackLimit ? stackalloc double[needed] : new double[needed];
        for (int k = 0; k < needed; k++)
        {
            numbers[k] = uniforms.Next(name, iteration, k, 0);
        }
        switch (scheme)
        {
            case ResamplingScheme.Multinomial: MultinomialSorted(weights, numbers, parents); break;
            case ResamplingScheme.Systematic: Systematic(weights, numbers[0], parents, tiesToFirst: true); break;
            case ResamplingScheme.Stratified: Stratified(weights, numbers, parents); break;
            case ResamplingScheme.Residual: Residual(weights, numbers, parents); break;
            default: Ssp(weights, numbers, parents); break;
        }
    }

    /// <summary>Systematic resampling: the points (u + m) / M.</summary>
    /// <param name="weights">Shape [N]; finite, at least 0, not all 0.</param>
    /// <param name="uniform">In [0, 1).</param>
    /// <param name="parents">Shape [M]; receives sorted indices; each particle has ⌊M·W⌋ or ⌈M·W⌉ copies.</param>
    /// <param name="tiesToFirst">Whether a point exactly on a boundary selects the particle before it, as the particles library does; else the one after it.</param>
    /// <remarks>Cost: O(N + M). Source: Kitagawa (1996).</remarks>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public static void Systematic(ReadOnlySpan<double> weights, double uniform, Span<int> parents, bool tiesToFirst = false)
    {
        var walk = new CumulativeWalk(weights, tiesToFirst);
        for (int m = 0; m < parents.Length; m++)
        {
            parents[m] = walk.Advance((uniform + m) / parents.Length);
        }
    }

    /// <summary>Stratified resampling: the points (u[m] + m) / M.</summary>
    /// <param name="weights">Shape [N]; finite, at least 0, not all 0.</param>
    /// <param name="uniforms">Shape [M]; each in [0, 1).</param>
    /// <param name="parents">Shape [M]; receives sorted indices.</param>
    /// <remarks>Cost: O(N + M). Source: Kitagawa (1996).</remarks>
    /// <exception cref="ArgumentException">A weight is negative or not finite, all are 0, or the uniforms are not M.</exception>
    public static void Stratified(ReadOnlySpan<double> weights, ReadOnlySpan<double> uniforms, Span<int> parents)
    {
        ThrowUnless(uniforms.Length == parents.Length, uniforms.Length, parents.Length);
        var walk = new CumulativeWalk(weights);
        for (int m = 0; m < parents.Length; m++)
        {
            parents[m] = walk.Advance((uniforms[m] + m) / parents.Length);
        }
    }

    /// <summary>Multinomial resampling: independent draws, in draw order.</summary>
    /// <param name="weights">Shape [N]; finite, at least 0, not all 0.</param>
    /// <param name="uniforms">Shape [M]; each in [0, 1); draw m uses number m.</param>
    /// <param name="parents">Shape [M].</param>
    /// <remarks>Cost: O(N + M log N).</remarks>
    /// <exception cref="ArgumentException">A weight is negative or not finite, all are 0, or the uniforms are not M.</exception>
    public static void Multinomial(ReadOnlySpan<double> weights, ReadOnlySpan<double> uniforms, Span<int> parents)
    {
        ThrowUnless(uniforms.Length == parents.Length, uniforms.Length, parents.Length);
        double total = Weights.Sum(weights);
        Span<double> cumulative = weights.Length <= StackLimit ? stackalloc double[weights.Length] : new double[weights.Length];
        int last = Cumulate(weights, cumulative);
        for (int m = 0; m < parents.Length; m++)
        {
            parents[m] = Math.Min(FirstAbove(cumulative, uniforms[m] * total), last);
        }
    }

    /// <summary>Multinomial resampling in sorted order, from exponential spacings.</summary>
    /// <param name="weights">Shape [N]; finite, at least 0, not all 0.</param>
    /// <param name="uniforms">Shape [M + 1]; each in [0, 1); see <see cref="SortedPoints"/>.</param>
    /// <param name="parents">Shape [M]; receives sorted indices.</param>
    /// <remarks>Cost: O(N + M).</remarks>
    /// <exception cref="ArgumentException">A weight is negative or not finite, all are 0, or the uniforms are not M + 1.</exception>
    public static void MultinomialSorted(ReadOnlySpan<double> weights, ReadOnlySpan<double> uniforms, Span<int> parents)
    {
        Span<double> points = parents.Length <= StackLimit ? stackalloc double[parents.Length] : new double[parents.Length];
        SortedPoints(uniforms, points);
        var walk = new CumulativeWalk(weights);
        for (int m = 0; m < parents.Length; m++)
        {
            parents[m] = walk.Advance(points[m]);
        }
    }

    /// <summary>M sorted uniform points from M + 1 unsorted ones: cumulated −ln u over their total.</summary>
    /// <param name="uniforms">Shape [M + 1]; each in [0, 1); 0 counts as the smallest positive number.</param>
    /// <param name="points">Shape [M]; receives the order statistics of M independent uniforms.</param>
    /// <remarks>Cost: O(M), where sorting would cost O(M log M).</remarks>
    /// <exception cref="ArgumentException">The uniforms are not M + 1.</exception>
    public static void SortedPoints(ReadOnlySpan<double> uniforms, Span<double> points)
    {
        ThrowUnless(uniforms.Length == points.Length + 1, uniforms.Length, points.Length + 1);
        double sum = 0;
        for (int m = 0; m < points.Length; m++)
        {
            points[m] = sum -= Math.Log(Math.Max(uniforms[m], double.Epsilon));
        }
        sum -= Math.Log(Math.Max(uniforms[^1], double.Epsilon));
        for (int m = 0; m < points.Length; m++)
        {
            points[m] /= sum;
        }
    }

    /// <summary>The number of copies that residual resampling draws: M − Σ ⌊M·W[i]⌋.</summary>
    /// <param name="weights">Shape [N]; finite, at least 0, not all 0.</param>
    /// <param name="count">M.</param>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public static int ResidualDraws(ReadOnlySpan<double> weights, int count)
    {
        double total = Weights.Sum(weights);
        int certain = 0;
        foreach (double weight in weights)
        {
            certain += (int)Math.Floor(count * (weight / total));
        }
        return count - certain;
    }

    /// <summary>Residual resampling: ⌊M·W[i]⌋ copies for certain, then multinomial draws from the remainders.</summary>
    /// <param name="weights">Shape [N]; finite, at least 0, not all 0.</param>
    /// <param name="uniforms">Shape [<see cref="ResidualDraws"/>]; each in [0, 1); sorted ones give sorted draws.</param>
    /// <param name="parents">Shape [M]; receives the certain copies in ascending order, then the draws.</param>
    /// <remarks>Cost: O(N + M log N). Source: Liu and Chen (1998).</remarks>
    /// <exception cref="ArgumentException">A weight is negative or not finite, all are 0, or the number of uniforms is another.</exception>
    public static void Residual(ReadOnlySpan<double> weights, ReadOnlySpan<double> uniforms, Span<int> parents)
    {
        int draws = ResidualDraws(weights, parents.Length);
        ThrowUnless(uniforms.Length == draws, uniforms.Length, draws);
        double total = Weights.Sum(weights);
        Span<double> remainders = weights.Length <= StackLimit ? stackalloc double[weights.Length] : new double[weights.Length];
        int filled = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = parents.Length * (weights[i] / total);
            int copies = (int)Math.Floor(expected);
            remainders[i] = expected - copies;
            parents.Slice(filled, copies).Fill(i);
            filled += copies;
        }
        if (draws > 0)
        {
            Multinomial(remainders, uniforms, parents[filled..]);
        }
    }

    /// <summary>
    /// SSP resampling: fractional parts are rounded in pairs, each step raising one and lowering the other until
    /// one of the two is whole.
    /// </summary>
    /// <param name="weights">Shape [N]; finite, at least 0, not all 0.</param>
    /// <param name="uniforms">Shape [N − 1]; each in [0, 1); one for each step.</param>
    /// <param name="parents">Shape [M]; receives sorted indices; each particle has ⌊M·W⌋ or ⌈M·W⌉ copies.</param>
    /// <remarks>Cost: O(N + M). Source: Gerber, Chopin and Whiteley (2019), which proves it consistent.</remarks>
    /// <exception cref="ArgumentException">A weight is negative or not finite, all are 0, or the uniforms are not N − 1.</exception>
    public static void Ssp(ReadOnlySpan<double> weights, ReadOnlySpan<double> uniforms, Span<int> parents)
    {
        ThrowUnless(uniforms.Length == weights.Length - 1, uniforms.Length, weights.Length - 1);
        double total = Weights.Sum(weights);
        int n = weights.Length;
        Span<double> fraction = n <= StackLimit ? stackalloc double[n] : new double[n];
        Span<int> copies = n <= StackLimit ? stackalloc int[n] : new int[n];
        int placed = 0;
        for (int i = 0; i < n; i++)
        {
            double expected = parents.Length * (weights[i] / total);
            copies[i] = (int)Math.Floor(expected);
            fraction[i] = expected - copies[i];
            placed += copies[i];
        }
        int up = 0;
        int down = 1;
        for (int k = 0; k + 1 < n; k++)
        {
            double raise = Math.Min(fraction[down], 1 - fraction[up]);
            double lower = Math.Min(fraction[up], 1 - fraction[down]);
            if (raise + lower > 0 && uniforms[k] < raise / (raise + lower))
            {
                (up, down) = (down, up);
                raise = lower;
            }
            if (fraction[down] < 1 - fraction[up])
            {
                fraction[up] += raise;
                down = k + 2;
            }
            else
            {
                fraction[down] -= raise;
                copies[up]++;
                placed++;
                up = k + 2;
            }
        }
        // The last fraction is 0 or 1 but for rounding.
        int rest = up < n ? up : down;
        if (placed < parents.Length)
        {
            copies[rest] += parents.Length - placed;
        }
        int filled = 0;
        for (int i = 0; i < n; i++)
        {
            parents.Slice(filled, copies[i]).Fill(i);
            filled += copies[i];
        }
    }

    /// <summary>
    /// Killing: each particle keeps its place with probability w / max w; one that does not is replaced by a
    /// multinomial draw.
    /// </summary>
    /// <param name="weights">Shape [N]; finite, at least 0, not all 0.</param>
    /// <param name="keep">Shape [N]; each in [0, 1); particle i stays where keep[i] · max w is below its weight.</param>
    /// <param name="replacements">At least as many as are killed; the k-th killed, in ascending order, uses number k.</param>
    /// <param name="parents">Shape [N]; a particle that stays is its own parent.</param>
    /// <returns>The number killed.</returns>
    /// <remarks>Cost: O(N log N). Keeps most particles in place, so little state moves. Source: Del Moral (2004).</remarks>
    /// <exception cref="ArgumentException">A weight is negative or not finite, all are 0, or a shape is another.</exception>
    public static int Killing(ReadOnlySpan<double> weights, ReadOnlySpan<double> keep, ReadOnlySpan<double> replacements, Span<int> parents)
    {
        ThrowUnless(keep.Length == weights.Length, keep.Length, weights.Length);
        if (parents.Length != weights.Length)
        {
            throw new ArgumentException($"There is room for {parents.Length} parents of {weights.Length} particles; killing keeps their number.", nameof(parents));
        }
        double total = Weights.Sum(weights);
        Span<double> cumulative = weights.Length <= StackLimit ? stackalloc double[weights.Length] : new double[weights.Length];
        int last = Cumulate(weights, cumulative);
        double max = 0;
        foreach (double weight in weights)
        {
            max = Math.Max(max, weight);
        }
        int killed = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (keep[i] * max < weights[i])
            {
                parents[i] = i;
                continue;
            }
            if (killed == replacements.Length)
            {
                throw new ArgumentException($"More than {killed} particles are killed; give a uniform for each, at most {weights.Length}.", nameof(replacements));
            }
            parents[i] = Math.Min(FirstAbove(cumulative, replacements[killed++] * total), last);
        }
        return killed;
    }

    /// <summary>Writes cumulative sums; returns the last index of positive weight.</summary>
    private static int Cumulate(ReadOnlySpan<double> weights, Span<double> cumulative)
    {
        double sum = 0;
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            cumulative[i] = sum += weights[i];
            if (weights[i] > 0)
            {
                last = i;
            }
        }
        return last;
    }

    private static int FirstAbove(ReadOnlySpan<double> cumulative, double point)
    {
        int low = 0;
        int high = cumulative.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (cumulative[middle] > point)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low;
    }

    private static void ThrowUnless(bool fits, int given, int needed)
    {
        if (!fits)
        {
            throw new ArgumentException($"There are {given} uniform numbers; this scheme needs {needed} here.", nameof(given));
        }
    }

    /// <summary>Goes once through the cumulative weights while the points ascend.</summary>
    private ref struct CumulativeWalk
    {
        private readonly ReadOnlySpan<double> weights;
        private readonly double total;
        private readonly int last;
        private readonly bool tiesToFirst;
        private double cumulative;
        private int index;

        public CumulativeWalk(ReadOnlySpan<double> weights, bool tiesToFirst = false)
        {
            this.tiesToFirst = tiesToFirst;
            this.weights = weights;
            total = Weights.Sum(weights);
            last = weights.LastIndexOfAnyExcept(0.0);
            cumulative = weights[0];
        }

        public int Advance(double point)
        {
            while (index < last && (weights[index] == 0 || cumulative < point * total || (!tiesToFirst && cumulative == point * total)))
            {
                cumulative += weights[++index];
            }
            return index;
        }
    }
}
