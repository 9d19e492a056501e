using Microsoft.ML.Tokenizers;
using Winnow.Inference.Tokenizers;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Tokenizers of all kinds against the reference library.</summary>
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

    private static ModelTokenizer Load(ConformanceRow row) => ModelTokenizer.Load(row.Resolve(row.Input.Text("file")!));

    private static object Encode(ConformanceRow row)
    {
        ModelTokenizer vocabulary = Load(row);
        string text = row.Input.Text("text")!;
        bool addSpecialTokens = row.Params.Flag("add_special_tokens");
        int[] ids = vocabulary.Encode(text, addSpecialTokens);
        IReadOnlyList<EncodedToken> covered = vocabulary.EncodeToTokens(text, addSpecialTokens);
        Assert.Equal(ids, covered.Select(t => t.Id));
        return new
        {
            ids,
            tokens = covered.Select(t => t.Value),
            offsets = covered.Select(t => new[] { CodePoints(text, t.Offset.Start.Value), CodePoints(text, t.Offset.End.Value) }),
        };
    }

    private static int CodePoints(string text, int units) => text[..units].EnumerateRunes().Count();

    private static object Stream(ConformanceRow row)
    {
        var decoder = new StreamingDecoder(Load(row));
        string?[] chunks = [.. row.Input.Ints("ids").Select(decoder.Append).Select(text => text.Length == 0 ? null : text)];
        return new { chunks, joined = string.Concat(chunks) + decoder.Flush() };
    }
}
