using BenchmarkDotNet.Attributes;
using Winnow.Inference;
using Winnow.Models;
using Winnow.Testing.Models;

namespace Winnow.Benchmarks.Inference;

/// <summary>
/// Decoding with models of the embedded models' shapes: one step for all rows after a prompt of 192 tokens. Tokens a
/// second are the rows over the mean time.
/// </summary>
[MemoryDiagnoser]
public class DecodingBenchmarks
{
    private const int PromptTokens = 192;
    private const int StepsBeforeReset = 64;

    private DecoderModel _model = null!;
    private ISession _session = null!;
    private Branch _prompt;
    private int[] _rows = [];
    private int[] _counts = [];
    private int[] _tokens = [];
    private int _step;

    /// <summary>Rows that step together.</summary>
    [Params(1, 16, 64)]
    public int Rows { get; set; }

    /// <summary>0 means all cores.</summary>
    [Params(1, 0)]
    public int Threads { get; set; }

    /// <summary>The smaller embedded shape has 1.1 million parameters, the default one 2.9 million.</summary>
    [Params("small", "default")]
    public string Model { get; set; } = "default";

    [GlobalSetup]
    public void Open()
    {
        _model = RandomDecoder.Create(Model == "small"
            ? RandomDecoder.Settings(width: 128, inner: 352, layers: 5, heads: 4, keyValueHeads: 4, headWidth: 32, vocabulary: 1000, context: 512)
            : RandomDecoder.Settings(width: 192, inner: 512, layers: 6, heads: 6, keyValueHeads: 6, headWidth: 32, vocabulary: 1000, context: 512));
        _session = _model.Open(new SessionOptions { MaxRows = 65, Threads = Threads });
        _session.Add([.. Enumerable.Range(0, PromptTokens).Select(i => i * 7 % 1000)]);
        _prompt = _session.Keep(0, PromptTokens);
        _rows = [.. Enumerable.Range(0, Rows)];
        _counts = [.. Enumerable.Repeat(1, Rows)];
        _tokens = [.. _rows.Select(r => r * 11 % 1000)];
        Reset();
    }

    [GlobalCleanup]
    public void Close()
    {
        _session.Dispose();
        _model.Dispose();
    }

    /// <summary>One token for every row.</summary>
    [Benchmark]
    public float Step()
    {
        if (_step++ == StepsBeforeReset)
        {
            Reset();
        }
        _session.Forward(new TokenBatch(_rows, _counts, _tokens), Read.LastLogits);
        return _session.Logits(0, _session.Length(0) - 1)[0];
    }

    private void Reset()
    {
        _step = 0;
        _session.Reorder([]);
        _session.Restore(_prompt);
        _session.Reorder(new int[Rows]);
    }
}
