using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Winnow.Decoding;
using Winnow.Decoding.Constraints;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Benchmarks;

/// <summary>The mask of a JSON schema over a vocabulary of 131,072 tokens, on states that were met before.</summary>
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

    /// <summary>Builds the vocabulary and visits both states.</summary>
    [GlobalSetup]
    public void Setup()
    {
        SyntheticVocabulary vocabulary = new(131_072);
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

    private sealed class SyntheticVocabulary : IVocabulary
    {
        private readonly byte[][] _bytes;

        public SyntheticVocabulary(int size)
        {
            HashedUniforms uniforms = new(2);
            _bytes = new byte[size][];
            for (int token = 0; token < size; token++)
            {
                _bytes[token] = token < 256 ? [(byte)token]
                    : token == size - 1 ? []
                    : [.. Enumerable.Range(0, 2 + (int)(7 * uniforms.Next("length", 0, token, 0))).Select(i => (byte)(32 + (int)(95 * uniforms.Next("byte", 0, token, i))))];
            }
        }

        public int Size => _bytes.Length;

        public int? BeginOfSequence => null;

        public int? EndOfSequence => Size - 1;

        public string? ChatTemplate => null;

        public int[] Encode(string text, bool addSpecialTokens = false) => [.. Encoding.UTF8.GetBytes(text).Select(b => (int)b)];

        public void Encode(ReadOnlySpan<char> text, IBufferWriter<int> tokens, bool addSpecialTokens = false) => tokens.Write(Encode(text.ToString()));

        public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true) => Encoding.UTF8.GetString([.. tokens.ToArray().SelectMany(t => _bytes[t])]);

        public ReadOnlySpan<byte> Bytes(int token) => _bytes[token];

        public bool IsSpecial(int token) => token == Size - 1;

        public bool TryFind(string name, out int token)
        {
            token = -1;
            return false;
        }

        public string Name(int token) => Encoding.Latin1.GetString(_bytes[token]);
    }
}
