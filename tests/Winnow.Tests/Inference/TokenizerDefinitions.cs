namespace Winnow.Tests.Inference;

/// <summary>Small tokenizers of the kinds that are not byte-level, as a tokenizer.json writes them.</summary>
internal static class TokenizerDefinitions
{
    public static readonly (string Name, double LogProb)[] Units =
        [("<unk>", 0), ("a", -2), ("b", -2.5), ("ab", -3), ("ba", -3.2), ("aba", -4.1), ("▁", -1.5), ("▁a", -2.2), ("▁ab", -3.9), ("é", -5)];

    public static readonly object Unigram = new
    {
        pre_tokenizer = new { type = "Metaspace", replacement = "▁", prepend_scheme = "always", split = true },
        decoder = new { type = "Metaspace", replacement = "▁", prepend_scheme = "always", split = true },
        model = new { type = "Unigram", unk_id = 0, vocab = Units.Select(u => new object[] { u.Name, u.LogProb }) },
    };

    public static readonly object WordPieces = new
    {
        added_tokens = new[] { new { id = 0, content = "[UNK]", special = true, normalized = false }, new { id = 1, content = "[SEP]", special = true, normalized = false } },
        normalizer = new { type = "BertNormalizer", clean_text = true, handle_chinese_chars = true, lowercase = true },
        pre_tokenizer = new { type = "BertPreTokenizer" },
        decoder = new { type = "WordPiece", prefix = "##", cleanup = true },
        post_processor = new { type = "BertProcessing", sep = new object[] { "[SEP]", 1 }, cls = new object[] { "[SEP]", 1 } },
        model = new
        {
            type = "WordPiece",
            unk_token = "[UNK]",
            max_input_chars_per_word = 8,
            vocab = new[] { "[UNK]", "[SEP]", "un", "##happ", "##y", "happy", ",", "##ing", "日", "e", "##t", "##e", "." }.Select((name, id) => (name, id)).ToDictionary(e => e.name, e => e.id),
        },
    };

    public static readonly object Characters = new
    {
        added_tokens = new[] { new { id = 0, content = "<unk>", special = true, normalized = false } },
        normalizer = new { type = "Sequence", normalizers = new object[] { new { type = "Prepend", prepend = "▁" }, new { type = "Replace", pattern = new { String = " " }, content = "▁" } } },
        decoder = new
        {
            type = "Sequence",
            decoders = new object[]
            {
                new { type = "Replace", pattern = new { String = "▁" }, content = " " },
                new { type = "ByteFallback" },
                new { type = "Fuse" },
                new { type = "Strip", content = " ", start = 1, stop = 0 },
            },
        },
        model = new
        {
            type = "BPE",
            unk_token = "<unk>",
            fuse_unk = true,
            byte_fallback = true,
            vocab = new[] { "<unk>" }.Concat(Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")).Concat(["▁", "a", "b", "▁a", "ab", "▁ab", "é"])
                .Select((name, id) => (name, id)).ToDictionary(e => e.name, e => e.id),
            merges = new[] { "▁ a", "a b", "▁a b" },
        },
    };
}
