namespace Winnow.Numerics;

/// <summary>Draws from fixed weights in constant time.</summary>
/// <remarks>Source: Walker (1977), built by Vose's method (1991). Cost: O(N) to build, O(1) a draw, 12 N bytes.</remarks>
public sealed class AliasTable
{
    private readonly double[] accept;
    private readonly int[] alias;

    /// <summary>Builds the table.</summary>
    /// <param name="weights">Shape [N], N ≥ 1; finite, at least 0, not all 0.</param>
    /// <exception cref="ArgumentException">There are none, one is negative or not finite, or all are 0.</exception>
    public AliasTable(ReadOnlySpan<double> weights)
    {
        double total = Weights.Sum(weights);
        int n = weights.Length;
        accept = new double[n];
        alias = new int[n];
        int[] order = new int[n];
        int small = 0;
        int large = n;
        for (int i = 0; i < n; i++)
        {
            accept[i] = n * (weights[i] / total);
            alias[i] = i;
            order[accept[i] < 1 ? small++ : --large] = i;
        }
        int nextSmall = 0;
        while (nextSmall < small && large < n)
        {
            int below = order[nextSmall++];
            int above = order[large];
            alias[below] = above;
            accept[above] -= 1 - accept[below];
            if (accept[above] < 1)
            {
                // The donor now needs a donor itself: it moves to the end of the small ones.
                large++;
                order[small++] = above;
            }
        }
        // What is left is 1 but for rounding; a cell of weight 0 always has a donor.
        for (int i = nextSmall; i < small; i++)
        {
            accept[order[i]] = weights[order[i]] > 0 ? 1 : 0;
        }
        for (int i = large; i < n; i++)
        {
            accept[order[i]] = 1;
        }
        int heaviest = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(weights);
        for (int i = 0; i < n; i++)
        {
            if (weights[i] == 0 && alias[i] == i)
            {
                alias[i] = heaviest;
            }
        }
    }

    /// <summary>For each cell the probability that it gives its own index. Shape [N]; 0 … 1.</summary>
    public ReadOnlySpan<double> Accept => accept;

    /// <summary>For each cell the index it gives otherwise. Shape [N].</summary>
    public ReadOnlySpan<int> Alias => alias;

    /// <summary>The index a uniform number selects: its whole part of u·N is the cell, its fraction decides.</summary>
    /// <param name="uniform">In [0, 1).</param>
    public int Draw(double uniform)
    {
        double place = uniform * accept.Length;
        int cell = Math.Min((int)place, accept.Length - 1);
        return place - cell < accept[cell] ? cell : alias[cell];
    }
}
