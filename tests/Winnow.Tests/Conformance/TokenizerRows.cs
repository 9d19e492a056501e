using Winnow.Inference.Tokenizers;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Tokenizers of the byte-level kind against the reference library.</summary>
public sealed class TokenizerRows : IConformanceRows
{
    public string Family => "model_files";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["tokenizer_encode"] = Encode,
        ["tokenizer_decode"] = row => new
        {
            text = Load(row).Decode(row.Input.Ints("ids"), row.Params.Flag("skip_special_tokens")),
        },
        ["tokenizer_stream"] = Stream,
    };

    public bool IsBuilt(ConformanceRow row) => row.Params.Text("tokenizer")!.StartsWith("bytelevel", StringComparison.Ordinal);

    private static BytePairVocabulary Load(ConformanceRow row) => BytePairVocabulary.Load(row.Resolve(row.Input.Text("file")!));

    private static object Encode(ConformanceRow row)
    {
        BytePairVocabulary vocabulary = Load(row);
        string text = row.Input.Text("text")!;
        bool addSpecialTokens = row.Params.Flag("add_special_tokens");
        int[] ids = vocabulary.Encode(text, addSpecialTokens);
        IReadOnlyList<TokenOffsets> offsets = vocabulary.EncodeWithOffsets(text, addSpecialTokens);
        Assert.Equal(ids, offsets.Select(o => o.Token));
        return new
        {
            ids,
            tokens = ids.Select(vocabulary.Name),
            offsets = offsets.Select(o => new[] { o.Begin, o.End }),
        };
    }

    private static object Stream(ConformanceRow row)
    {
        var decoder = new StreamingDecoder(Load(row));
        string?[] chunks = [.. row.Input.Ints("ids").Select(decoder.Append).Select(text => text.Length == 0 ? null : text)];
        return new { chunks, joined = string.Concat(chunks) + decoder.Flush() };
    }
}
