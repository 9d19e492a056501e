using CsCheck;
using Winnow.Decoding;
using Winnow.Decoding.Stages;
using Winnow.Numerics;

namespace Winnow.Tests.Decoding;

public sealed class TruncationTests
{
    /// <summary>Flat, normal and peaked logits, with many equal ones and some that are out.</summary>
    private static readonly Gen<float[]> Logits =
        from size in Gen.OneOf(Gen.Int[1, 40], Gen.Int[1, 2000])
        from shape in Gen.Int[0, 4]
        from ruledOut in Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 0.9])
        from seed in Gen.ULong
        select Make(size, shape, ruledOut, seed);

    private static readonly Gen<SamplerStage> Truncation = Gen.OneOf<SamplerStage>(
        Gen.Int[1, 300].Select(k => (SamplerStage)new TopK(k)),
        Gen.Select(Gen.Double[0, 0.999], MinKeep).Select((p, least) => (SamplerStage)new TopP(p) { MinKeep = least }),
        Gen.Select(Gen.Double[0.001, 1], MinKeep).Select((m, least) => (SamplerStage)new MinP(m) { MinKeep = least }),
        Gen.Select(Gen.Double[0, 0.999], MinKeep).Select((p, least) => (SamplerStage)new Typical(p) { MinKeep = least }),
        Gen.Select(Gen.Double[1e-5, 0.5], MinKeep).Select((e, least) => (SamplerStage)new EpsilonCutoff(e) { MinKeep = least }),
        Gen.Select(Gen.Double[0.001, 0.5], MinKeep).Select((t, least) => (SamplerStage)new Xtc(1, t) { MinKeep = least }),
        Gen.Double[0.1, 8].Select(t => (SamplerStage)new MirostatV2(t)));

    /// <summary>Logits of a large vocabulary, of the same kinds.</summary>
    private static readonly Gen<float[]> LargeLogits =
        from shape in Gen.Int[0, 4]
        from ruledOut in Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 0.9])
        from seed in Gen.ULong
        select Make(131_072, shape, ruledOut, seed);

    private static Gen<int> MinKeep => Gen.OneOf(Gen.Const(1), Gen.Int[1, 20]);

    /// <summary>Random cases that are compared with a full sort; WINNOW_ORACLE_CASES asks for more than the everyday slice.</summary>
    private static int OracleCases => int.TryParse(Environment.GetEnvironmentVariable("WINNOW_ORACLE_CASES"), out int cases) ? cases : 3000;

    [Fact]
    public void Kept_sets_are_those_of_a_full_sort() => AreThoseOfAFullSort(Logits, OracleCases);

    [Fact]
    public void Kept_sets_of_large_random_vocabularies_are_those_of_a_full_sort() => AreThoseOfAFullSort(LargeLogits, Math.Max(1, OracleCases / 1000));

    [Theory]
    [InlineData(131_072, 0)]
    [InlineData(131_072, 1)]
    [InlineData(131_072, 2)]
    [InlineData(131_072, 3)]
    [InlineData(131_072, 4)]
    public void Kept_sets_of_a_large_vocabulary_are_those_of_a_full_sort(int size, int shape)
    {
        SamplerWorkspace workspace = new();
        float[] logits = Make(size, shape, ruledOut: 0, seed: 5);
        SamplerStage[] stages = [new TopK(40), new TopK(5000), new TopP(0.95), new MinP(0.05), new Typical(0.5), new Xtc(1, 0.01), new MirostatV2(5)];
        foreach (SamplerStage stage in stages)
        {
            Assert.Equal(SortedOracle.Kept(stage, logits), SortedOracle.KeptBy(stage, logits, workspace));
        }
    }

    [Fact]
    public void Adding_a_constant_to_all_logits_changes_no_kept_set()
    {
        SamplerWorkspace workspace = new();
        // Multiples of 2⁻¹⁰ below 2¹⁰ add without rounding.
        Gen<float[]> exact = Gen.Int[-8000, 8000].Select(i => i / 1024f).Array[1, 200];
        Gen.Select(exact, Truncation, Gen.Int[-100, 100]).Sample((logits, stage, shift) =>
            Assert.Equal(
                SortedOracle.KeptBy(stage, logits, workspace).Length,
                SortedOracle.KeptBy(stage, Array.ConvertAll(logits, l => l + shift), workspace).Length), iter: 300, threads: 1,
            print: t => $"{t.Item2} {string.Join(' ', t.Item1)} + {t.Item3}");
    }

    [Fact]
    public void The_nucleus_is_the_shortest_list_that_reaches_its_mass()
    {
        SamplerWorkspace workspace = new();
        Gen.Select(Logits, Gen.Double[0.01, 0.99]).Sample((logits, p) =>
        {
            int[] kept = SortedOracle.KeptBy(new TopP(p), logits, workspace);
            double max = logits.Max();
            double total = logits.Sum(l => Math.Exp(l - max));
            double mass = kept.Sum(i => Math.Exp(logits[i] - max)) / total;
            double least = kept.Min(i => Math.Exp(logits[i] - max)) / total;
            Assert.True(mass >= p - 3e-6, $"mass {mass} of {p}");
            Assert.True(mass - least < p + 3e-6, $"mass {mass} without its least {least} of {p}");
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void Top_k_and_min_p_change_nothing_the_second_time()
    {
        SamplerWorkspace workspace = new();
        Gen<SamplerStage> idempotent = Gen.OneOf<SamplerStage>(Gen.Int[1, 100].Select(k => (SamplerStage)new TopK(k)), Gen.Double[0.01, 1].Select(m => (SamplerStage)new MinP(m)));
        Gen.Select(Logits, idempotent).Sample((logits, stage) =>
        {
            int[] once = SortedOracle.KeptBy(stage, logits, workspace);
            float[] left = [.. Enumerable.Repeat(float.NegativeInfinity, logits.Length)];
            foreach (int i in once)
            {
                left[i] = logits[i];
            }
            Assert.Equal(once, SortedOracle.KeptBy(stage, left, workspace));
        }, iter: 300, threads: 1);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Broken_logits_are_refused_by_naming_the_token(float broken)
    {
        foreach (int place in (int[])[0, 77, 299])
        {
            float[] logits = new float[300];
            logits[place] = broken;
            var error = Assert.Throws<ArgumentException>(() => Candidates.Load(logits, new SamplerWorkspace()).Count);
            Assert.Contains($"token {place} is", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Logits_that_rule_everything_out_are_refused() =>
        Assert.Throws<ArgumentException>(() => Candidates.Load([float.NegativeInfinity, float.NegativeInfinity], new SamplerWorkspace()).Count);

    private static void AreThoseOfAFullSort(Gen<float[]> logits, int cases)
    {
        using ThreadLocal<SamplerWorkspace> workspaces = new(() => new SamplerWorkspace());
        Gen.Select(logits, Truncation).Sample(
            (row, stage) => Assert.Equal(SortedOracle.Kept(stage, row), SortedOracle.KeptBy(stage, row, workspaces.Value!)),
            iter: cases, print: pair => $"{pair.Item2} of {pair.Item1.Length} logits");
    }

    internal static float[] Make(int size, int shape, double ruledOut, ulong seed)
    {
        HashedUniforms uniforms = new(seed);
        float[] logits = new float[size];
        for (int i = 0; i < size; i++)
        {
            double u = uniforms.Next("a", 0, 0, i), v = uniforms.Next("b", 0, 0, i);
            logits[i] = shape switch
            {
                0 => (float)(2 * u - 1),
                1 => (float)(2.5 * Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v)),
                2 => (float)(12 - 2 * Math.Log(1 + Math.Floor(u * size))),
                3 => (float)Math.Floor(u * 4),
                _ => 0,
            };
            if (uniforms.Next("c", 0, 0, i) < ruledOut)
            {
                logits[i] = float.NegativeInfinity;
            }
        }
        logits[size / 2] = float.IsFinite(logits[size / 2]) ? logits[size / 2] : 0;
        return logits;
    }
}
