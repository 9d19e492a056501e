using System.Numerics.Tensors;
using Winnow.Numerics;

namespace Winnow.Reproductions;

/// <summary>
/// A world of categories and members, and a log-bilinear model of lists that is trained on it. Output keys come in clusters,
/// a category has members in six of them, and each cluster holds things of other categories too: so things rank well for
/// standing near a frequent member, right or wrong.
/// </summary>
/// <remarks>Source of the model: Mnih and Hinton (2007), with the context as a bag: hidden = category + Σ listed things, logit = key · hidden. Keys are given, the rest is learned.</remarks>
internal sealed class ListWorld
{
    private const int Categories = 20;
    private const int Clusters = 20;
    private const int ClusterSize = 40;
    private const int MembersFromEach = 5;
    private const int Width = 32;
    private const int LongestList = 24;
    private const int Documents = 6_000;
    private const float FirstRate = 0.1f;

    // A category's clusters are listed from, at first, in these shares.
    private static readonly double[] ClusterShares = [0.5, 0.25, 0.12, 0.07, 0.04, 0.02];

    private readonly float[][] _keys = new float[Clusters * ClusterSize][];
    private readonly float[][] _category = new float[Categories][];
    private readonly float[][] _listed = new float[Clusters * ClusterSize][];
    private readonly int[][][] _members = new int[Categories][][];

    /// <summary>Makes a world and trains its model.</summary>
    /// <param name="seed">Of the world and of training.</param>
    /// <param name="cancellationToken">Stops training.</param>
    public ListWorld(ulong seed, CancellationToken cancellationToken)
    {
        SplitMix64 random = SplitMix64.For(seed, "list-world");
        for (int cluster = 0; cluster < Clusters; cluster++)
        {
            float[] centre = Normal(random, 0.35);
            for (int i = 0; i < ClusterSize; i++)
            {
                float[] key = Normal(random, 0.2);
                TensorPrimitives.Add(key, centre, key);
                _keys[cluster * ClusterSize + i] = key;
                _listed[cluster * ClusterSize + i] = new float[Width];
            }
        }
        for (int category = 0; category < Categories; category++)
        {
            _category[category] = new float[Width];
            _members[category] = [.. random.PickDistinct([.. Enumerable.Range(0, Clusters)], ClusterShares.Length)
                .Select(cluster => random.PickDistinct([.. Enumerable.Range(cluster * ClusterSize, ClusterSize)], MembersFromEach))];
        }
        for (int document = 0; document < Documents; document++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Learn(random.Below(Categories), FirstRate * (1 - (float)document / Documents), random);
        }
    }

    /// <summary>Number of categories.</summary>
    public static int CategoryCount => Categories;

    /// <summary>Number of things.</summary>
    public int Things => _keys.Length;

    /// <summary>Whether a thing is a member of a category.</summary>
    public bool IsMember(int category, int thing) => _members[category].Any(part => part.Contains(thing));

    /// <summary>The cluster that a thing's key was made in.</summary>
    public static int ClusterOf(int thing) => thing / ClusterSize;

    /// <summary>Logits of the next thing on a list. Shape [<see cref="Things"/>].</summary>
    public float[] Logits(int category, IReadOnlyList<int> list) => Logits(Hidden(category, list));

    private float[] Logits(float[] hidden) => Array.ConvertAll(_keys, key => TensorPrimitives.Dot(key, hidden));

    private float[] Hidden(int category, IReadOnlyList<int> list)
    {
        float[] hidden = (float[])_category[category].Clone();
        foreach (int thing in list)
        {
            TensorPrimitives.Add(hidden, _listed[thing], hidden);
        }
        return hidden;
    }

    /// <summary>One list of a category, without repetitions, learned thing by thing.</summary>
    private void Learn(int category, float rate, SplitMix64 random)
    {
        List<int> list = [];
        int length = 1 + random.Below(LongestList);
        while (list.Count < length)
        {
            int next = NextOfDocument(category, list, random);
            float[] gradient = Logits(Hidden(category, list));
            TensorPrimitives.SoftMax(gradient, gradient);
            gradient[next] -= 1;
            float[] hidden = new float[Width];
            for (int thing = 0; thing < gradient.Length; thing++)
            {
                TensorPrimitives.MultiplyAdd(_keys[thing], gradient[thing], hidden, hidden);
            }
            TensorPrimitives.Multiply(hidden, -rate, hidden);
            TensorPrimitives.Add(_category[category], hidden, _category[category]);
            foreach (int thing in list)
            {
                TensorPrimitives.Add(_listed[thing], hidden, _listed[thing]);
            }
            list.Add(next);
        }
    }

    // A document names members of a frequent cluster first, each once, and goes on to others as it runs out.
    private int NextOfDocument(int category, List<int> list, SplitMix64 random)
    {
        while (true)
        {
            double u = random.NextDouble();
            int part = 0;
            while (part < ClusterShares.Length - 1 && (u -= ClusterShares[part]) >= 0)
            {
                part++;
            }
            int[] left = [.. _members[category][part].Where(thing => !list.Contains(thing))];
            if (left.Length > 0)
            {
                return left[random.Below(left.Length)];
            }
        }
    }

    private static float[] Normal(SplitMix64 random, double scale)
    {
        float[] vector = new float[Width];
        for (int i = 0; i < Width; i++)
        {
            vector[i] = (float)(scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        return vector;
    }
}
