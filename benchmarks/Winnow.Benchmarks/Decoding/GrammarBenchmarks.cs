using BenchmarkDotNet.Attributes;
using Winnow.Decoding;
using Winnow.Decoding.Constraints;
using Winnow.Numerics;

namespace Winnow.Benchmarks;

/// <summary>The mask of a JSON schema over a made-up vocabulary, on states that were met before.</summary>
[MemoryDiagnoser, MinColumn, MedianColumn]
public class GrammarBenchmarks
{
    private const string Schema = """{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0}},"required":["name","age"]}""";

    private readonly SamplerWorkspace _workspace = new();
    private readonly HashedUniforms _uniforms = new(1);
    private float[] _logits = [];
    private ConstrainedTo _stage = null!;
    private IStageState _atStart = null!;
    private IStageState _inString = null!;

    /// <summary>V.</summary>
    [Params(32_768, 131_072, 262_144)]
    public int Vocabulary { get; set; }

    /// <summary>Builds the vocabulary and visits both states.</summary>
    [GlobalSetup]
    public void Setup()
    {
        SyntheticVocabulary vocabulary = new(Vocabulary);
        _logits = LogitShapes.Make("normal", vocabulary.Size);
        _stage = new ConstrainedTo(new TokenConstraint(Grammar.FromJsonSchema(Schema), vocabulary));
        _atStart = _stage.Open();
        _inString = _stage.Open();
        foreach (byte value in "{\"name\":\"a"u8)
        {
            _inString.Accept(value);
        }
        AtStart();
        InString();
    }

    /// <summary>Few tokens are allowed.</summary>
    [Benchmark]
    public int AtStart() => Kept(_atStart);

    /// <summary>Nearly all tokens are allowed.</summary>
    [Benchmark]
    public int InString() => Kept(_inString);

    private int Kept(IStageState state)
    {
        Candidates candidates = Candidates.Load(_logits, _workspace);
        _stage.Apply(ref candidates, new StepContext([], 0, _uniforms), state);
        return candidates.Count;
    }
}
