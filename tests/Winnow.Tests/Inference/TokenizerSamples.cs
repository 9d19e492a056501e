using System.Text;
using System.Text.Json;
using Winnow.Inference.Tokenizers;
using Winnow.Inference.Tokenizers.Models;
using Winnow.Inference.Tokenizers.PreTokenizers;

namespace Winnow.Tests.Inference;

/// <summary>Small tokenizers made on the spot, and the plain algorithm to hold them against.</summary>
internal static class TokenizerSamples
{
    private static readonly string[] MergeList = ["a b", "b c", "ab c", "c c", "Ġ a", "a a", "aa aa", "Ġa b", "Ã ©"];

    /// <summary>Eight added tokens, the bytes, and a few merges, with the pre-tokenizer of the embedded models.</summary>
    public static ModelTokenizer Words()
    {
        string[] special = ["<|pad|>", "<|begin|>", "<|end|>"];
        string[] plain = ["[steps]", "[step"];
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string name in special.Concat(plain)
            .Concat(Enumerable.Range(0, 256).Select(b => ByteAlphabet.Char((byte)b).ToString()))
            .Concat(MergeList.Select(m => m.Replace(" ", "", StringComparison.Ordinal))))
        {
            vocabulary.Add(name, vocabulary.Count);
        }
        var json = new
        {
            added_tokens = special.Concat(plain).Select(name => new { id = vocabulary[name], content = name, special = special.Contains(name, StringComparer.Ordinal), normalized = false }),
            pre_tokenizer = new
            {
                type = "Sequence",
                pretokenizers = new object[]
                {
                    new { type = "Split", pattern = new { Regex = WordSplitter.Pattern }, behavior = "Isolated", invert = false },
                    new { type = "ByteLevel", add_prefix_space = false, trim_offsets = false, use_regex = false },
                },
            },
            post_processor = new
            {
                type = "TemplateProcessing",
                single = new object[]
                {
                    new { SpecialToken = new { id = "<|begin|>", type_id = 0 } },
                    new { Sequence = new { id = "A", type_id = 0 } },
                },
                special_tokens = new Dictionary<string, object>(StringComparer.Ordinal) { ["<|begin|>"] = new { ids = new[] { 1 } } },
            },
            model = new { type = "BPE", vocab = vocabulary, merges = MergeList },
        };
        return ModelTokenizer.Parse(
            JsonSerializer.SerializeToUtf8Bytes(json),
            new TokenizerSettings { BeginOfSequence = "<|begin|>", EndOfSequence = "<|end|>" });
    }

    /// <summary>Byte-pair encoding as the textbook has it: search the best pair, join it everywhere it stands leftmost, again.</summary>
    public static List<int> PlainBytePairs(ModelTokenizer vocabulary, string text)
    {
        List<int> tokens = [];
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        var splitter = new WordSplitter();
        while (!rest.IsEmpty)
        {
            int length = splitter.FirstPiece(rest);
            tokens.AddRange(PlainPiece(vocabulary, rest[..length]));
            rest = rest[length..];
        }
        return tokens;
    }

    private static List<int> PlainPiece(ModelTokenizer vocabulary, ReadOnlySpan<byte> piece)
    {
        List<string> symbols = [];
        foreach (byte b in piece)
        {
            symbols.Add(ByteAlphabet.Char(b).ToString());
        }
        foreach (string merge in MergeList)
        {
            string[] halves = merge.Split(' ');
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                if (symbols[i] == halves[0] && symbols[i + 1] == halves[1])
                {
                    symbols[i] += symbols[i + 1];
                    symbols.RemoveAt(i + 1);
                }
            }
        }
        return symbols.ConvertAll(name => vocabulary.TryFind(name, out int id) ? id : throw new InvalidOperationException(name));
    }
}
