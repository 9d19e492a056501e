namespace Winnow.Evaluation;

/// <summary>What k draws achieve, estimated without bias from n draws of which c are right.</summary>
public static class PassAtK
{
    /// <summary>The probability that at least one of k draws is right: 1 − C(n−c, k) / C(n, k).</summary>
    /// <param name="draws">n, at least k.</param>
    /// <param name="correct">c, in 0 … n.</param>
    /// <param name="k">At least 1.</param>
    /// <remarks>Source: Chen et al. (2021), as a running product. Cost: O(k).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">k lies outside 1 … n, or c outside 0 … n.</exception>
    public static double Any(int draws, int correct, int k)
    {
        Check(draws, correct, k);
        if (draws - correct < k)
        {
            return 1;
        }
        double none = 1;
        for (int i = 0; i < k; i++)
        {
            none *= (double)(draws - correct - i) / (draws - i);
        }
        return 1 - none;
    }

    /// <summary>The probability that all of k draws are right, pass^k: C(c, k) / C(n, k).</summary>
    /// <param name="draws">n, at least k.</param>
    /// <param name="correct">c, in 0 … n.</param>
    /// <param name="k">At least 1.</param>
    /// <remarks>Cost: O(k).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">k lies outside 1 … n, or c outside 0 … n.</exception>
    public static double All(int draws, int correct, int k)
    {
        Check(draws, correct, k);
        double all = 1;
        for (int i = 0; i < k && all > 0; i++)
        {
            all *= (double)(correct - i) / (draws - i);
        }
        return Math.Max(all, 0);
    }

    /// <summary>The mean of <see cref="Any"/> over problems: the coverage of k draws.</summary>
    /// <param name="draws">Shape [P], P ≥ 1; each at least k.</param>
    /// <param name="correct">Shape [P].</param>
    /// <param name="k">At least 1.</param>
    /// <exception cref="ArgumentException">The shapes differ, there is no problem, or a number lies outside its range.</exception>
    public static double Mean(ReadOnlySpan<int> draws, ReadOnlySpan<int> correct, int k)
    {
        if (draws.Length != correct.Length || draws.IsEmpty)
        {
            throw new ArgumentException($"There are {draws.Length} counts of draws and {correct.Length} of right ones; give both for each of at least one problem.", nameof(correct));
        }
        double sum = 0;
        for (int i = 0; i < draws.Length; i++)
        {
            sum += Any(draws[i], correct[i], k);
        }
        return sum / draws.Length;
    }

    /// <summary>The coverage of k independent draws whose success probability is known: 1 − (1 − p)^k.</summary>
    /// <param name="probability">p, in 0 … 1.</param>
    /// <param name="k">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its range.</exception>
    public static double Exact(double probability, int k)
    {
        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A success probability must lie in 0 … 1.");
        }
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        return 1 - Math.Pow(1 - probability, k);
    }

    private static void Check(int draws, int correct, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(draws);
        if (correct < 0 || correct > draws)
        {
            throw new ArgumentOutOfRangeException(nameof(correct), correct, $"{correct} of {draws} draws are said to be right; this must lie in 0 … {draws}.");
        }
        if (k < 1 || k > draws)
        {
            throw new ArgumentOutOfRangeException(nameof(k), k, $"k is {k} with {draws} draws; it must lie in 1 … {draws}. Draw more to estimate a larger k.");
        }
    }
}
