using BenchmarkDotNet.Attributes;
using Winnow.Decoding;
using Winnow.Decoding.Stages;
using Winnow.Numerics;

namespace Winnow.Benchmarks;

/// <summary>Stages of a sampler chain on one row of logits, one thread. Loading (validation and maximum) is part of each figure.</summary>
[MemoryDiagnoser, MinColumn, MedianColumn]
public class SamplerBenchmarks
{
    private readonly SamplerWorkspace _workspace = new();
    private readonly HashedUniforms _uniforms = new(1);
    private readonly SamplerStage _topP = new TopP(0.95);
    private readonly SamplerStage _typical = new Typical(0.5);
    private readonly SamplerStage _mirostat = new MirostatV2(5);
    private readonly SamplerStage _xtc = new Xtc(1, 0.1);
    private readonly SamplerStage _minP = new MinP(0.05);
    private readonly SamplerStage _topK = new TopK(40);
    private readonly SamplerChain _chain = SamplerChain.Parse("top-k:40,top-p:0.95,min-p:0.05,temperature:0.8");
    private readonly SamplerChain _nothing = new();
    private float[] _logits = [];
    private float[] _sorted = [];
    private SamplerRow _row = null!;
    private SamplerRow _plainRow = null!;
    private IStageState _control = null!;

    /// <summary>V.</summary>
    [Params(32_768, 131_072, 262_144)]
    public int Vocabulary { get; set; }

    /// <summary>flat: uniform in [−1, 1]; normal: standard deviation 2.5; peaked: 12 − 2 ln(rank), shuffled.</summary>
    [Params("flat", "normal", "peaked")]
    public string Logits { get; set; } = "";

    /// <summary>Makes the logits.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _logits = LogitShapes.Make(Logits, Vocabulary);
        _sorted = new float[Vocabulary];
        _row = _chain.Open([]);
        _plainRow = _nothing.Open([]);
        _control = _mirostat.Open()!;
    }

    /// <summary>What a naive implementation pays before it can look at a cumulative sum.</summary>
    [Benchmark]
    public float FullSort()
    {
        _logits.CopyTo(_sorted, 0);
        Array.Sort(_sorted);
        return _sorted[0];
    }

    /// <summary>Nucleus 0.95.</summary>
    [Benchmark]
    public int TopP95() => Kept(_topP, null);

    /// <summary>Locally typical 0.5.</summary>
    [Benchmark]
    public int Typical50() => Kept(_typical, null);

    /// <summary>Mirostat 2 at its first step.</summary>
    [Benchmark]
    public int Mirostat2() => Kept(_mirostat, _control);

    /// <summary>XTC that always acts.</summary>
    [Benchmark]
    public int Xtc() => Kept(_xtc, null);

    /// <summary>Min-p 0.05.</summary>
    [Benchmark]
    public int MinP05() => Kept(_minP, null);

    /// <summary>Top-k 40.</summary>
    [Benchmark]
    public int TopK40() => Kept(_topK, null);

    /// <summary>Top-k 40, top-p, min-p, temperature, draw.</summary>
    [Benchmark]
    public int Chain() => _chain.Draw(_logits, _row, new StepContext([], 0, _uniforms), _workspace).Token;

    /// <summary>A draw from the whole distribution.</summary>
    [Benchmark]
    public int Draw() => _nothing.Draw(_logits, _plainRow, new StepContext([], 0, _uniforms), _workspace).Token;

    /// <summary>The logits that the stages work on.</summary>
    internal float[] Row => _logits;

    private int Kept(SamplerStage stage, IStageState? state)
    {
        Candidates candidates = Candidates.Load(_logits, _workspace);
        stage.Apply(ref candidates, new StepContext([], 0, _uniforms), state);
        return candidates.Count;
    }
}

/// <summary>Logits of the three kinds that benchmarks use.</summary>
internal static class LogitShapes
{
    /// <summary>Logits of one kind, the same for the same size.</summary>
    public static float[] Make(string kind, int size)
    {
        HashedUniforms uniforms = new(7);
        float[] logits = new float[size];
        double[] order = new double[size];
        for (int i = 0; i < size; i++)
        {
            double u = uniforms.Next("a", 0, 0, i), v = uniforms.Next("b", 0, 0, i);
            order[i] = u;
            logits[i] = kind switch
            {
                "flat" => (float)(2 * u - 1),
                "normal" => (float)(2.5 * Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v)),
                _ => (float)(12 - 2 * Math.Log(i + 1)),
            };
        }
        if (kind == "peaked")
        {
            Array.Sort(order, logits);
        }
        return logits;
    }
}
