using System.Text;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Tokenizers.Models;
using Winnow.Inference.Tokenizers.Normalizers;
using Winnow.Inference.Tokenizers.PreTokenizers;

namespace Winnow.Inference.Tokenizers;

/// <summary>Reads the tokenizer of a GGUF file.</summary>
/// <remarks>Source: the GGUF specification, <c>tokenizer.ggml</c> keys.</remarks>
internal static class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";
    private const string TokensKey = Prefix + "tokens";
    private const string ModelKey = Prefix + "model";
    private const string PreKey = Prefix + "pre";
    private const int MaxTokenLength = 1024;

    private enum TokenType
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    public static ModelTokenizer Read(GgufMetadata metadata)
    {
        string kind = metadata.Text(ModelKey);
        ByteStrings names = Names(metadata);
        TokenType[] types = Types(metadata, names.Count);
        TokenizerDefinition definition = kind switch
        {
            "gpt2" => ByteLevel(metadata, names, types),
            "llama" => SentencePiece(metadata, names, types),
            _ => throw metadata.Error(ModelKey, "\"gpt2\" or \"llama\": other tokenizers are not supported in GGUF files"),
        };
        return new ModelTokenizer(
            definition,
            new TokenizerSettings
            {
                BeginOfSequence = NameOf(metadata, "bos_token_id", names),
                EndOfSequence = NameOf(metadata, "eos_token_id", names),
                ChatTemplate = metadata.OptionalText("tokenizer.chat_template"),
            },
            metadata.Source);
    }

    private static TokenizerDefinition ByteLevel(GgufMetadata metadata, ByteStrings names, TokenType[] types)
    {
        (TextStep[] steps, bool ignoresMerges, bool addsBegin, bool composes) = PreTokenizer(metadata);
        var table = new MergeTable(names, metadata.Describe($"{Prefix}merges").Count);
        int rank = 0;
        foreach (ReadOnlySpan<byte> merge in metadata.Utf8Texts($"{Prefix}merges"))
        {
            int middle = MergeTable.Middle(merge);
            if (middle < 0 || !table.TryAdd(merge[..middle], merge[(middle + 1)..], rank++))
            {
                throw metadata.Error($"{Prefix}merges[{(middle < 0 ? rank : rank - 1)}]", "two tokens with one space between them, whose halves and whole are all in the vocabulary");
            }
        }
        return new TokenizerDefinition
        {
            Names = names,
            Model = ByteLevelModel.Create(names, new UnknownText(null, null, IsFused: false), new BytePairMerges(table), ignoresMerges),
            Added = Added(names, types),
            Normalizers = composes ? [new UnicodeNormalizer(isCompatible: false, composes: true)] : [],
            PreTokenizers = steps,
            Texts = TokenTexts.ByteLevel,
            Prefix = Ends(metadata, "add_bos_token", "bos_token_id", addsBegin, names.Count),
            Suffix = Ends(metadata, "add_eos_token", "eos_token_id", absent: false, names.Count),
        };
    }

    private static TokenizerDefinition SentencePiece(GgufMetadata metadata, ByteStrings names, TokenType[] types)
    {
        double[] scores = metadata.Numbers($"{Prefix}scores");
        if (scores.Length != names.Count)
        {
            throw metadata.Error($"{Prefix}scores", $"as many numbers as there are tokens, {names.Count}");
        }
        var table = new MergeTable(names);
        table.AddByScore(Enumerable.Range(0, names.Count).Where(id => types[id] is TokenType.Normal or TokenType.UserDefined).Select(id => (id, scores[id])));
        int? unknown = metadata.Has($"{Prefix}unknown_token_id") ? (int)metadata.Whole($"{Prefix}unknown_token_id", 0, names.Count - 1) : null;
        bool addsSpace = metadata.Flag($"{Prefix}add_space_prefix", absent: true);
        byte[] mark = Encoding.UTF8.GetBytes("\u2581");
        var spaces = new Replace(TextPattern.Literal(" "), mark);
        return new TokenizerDefinition
        {
            Names = names,
            Model = new CharacterPairModel(
                names, new BytePairMerges(table), new UnknownText(UnknownText.FindByteTokens(names), unknown, IsFused: true), ignoresMerges: false),
            Added = Added(names, types),
            Normalizers = addsSpace ? [new Prepend(mark), spaces] : [spaces],
            Texts = TokenTexts.SentencePiece(addsSpace ? TextStart.WithoutSpace : TextStart.AsIs),
            Prefix = Ends(metadata, "add_bos_token", "bos_token_id", absent: true, names.Count),
            Suffix = Ends(metadata, "add_eos_token", "eos_token_id", absent: false, names.Count),
        };
    }

    // Names of pre-tokenizers are llama.cpp's; each stands for patterns that a known model uses.
    private static (TextStep[] Steps, bool IgnoresMerges, bool AddsBegin, bool Composes) PreTokenizer(GgufMetadata metadata) => metadata.OptionalText(PreKey) switch
    {
        "gpt-2" or "gpt2" => ([new Gpt2Splitter()], false, false, false),
        "llama-bpe" or "llama3" or "llama-v3" => ([new Llama3Splitter(3)], true, true, false),
        "qwen2" => ([new Llama3Splitter(1)], false, false, true),
        "smollm" => ([new DigitsSplitter(isEachAlone: true), new Gpt2Splitter()], false, false, false),
        _ => throw metadata.Error(PreKey, "\"gpt-2\", \"llama-bpe\", \"qwen2\" or \"smollm\": other pre-tokenizers are not supported"),
    };

    private static TokenType[] Types(GgufMetadata metadata, int count)
    {
        const string Key = Prefix + "token_type";
        if (!metadata.Has(Key))
        {
            return [.. Enumerable.Repeat(TokenType.Normal, count)];
        }
        long[] types = metadata.Integers(Key);
        return types.Length == count
            ? Array.ConvertAll(types, t => (TokenType)t)
            : throw metadata.Error(Key, $"as many numbers as there are tokens, {count}");
    }

    private static AddedToken[] Added(ByteStrings names, TokenType[] types) =>
        [.. Enumerable.Range(0, names.Count)
            .Where(id => names.Length(id) > 0 && types[id] is TokenType.Control or TokenType.Unknown or TokenType.UserDefined)
            .Select(id => new AddedToken(
                id, names.Text(id), IsSpecial: types[id] is not TokenType.UserDefined, IsNormalized: false, IsSingleWord: false, StripsLeft: false, StripsRight: false))];

    private static ByteStrings Names(GgufMetadata metadata)
    {
        ByteStrings names = new(isFound: true, metadata.Describe(TokensKey).Count);
        foreach (ReadOnlySpan<byte> name in metadata.Utf8Texts(TokensKey))
        {
            if (name.Length > MaxTokenLength && Encoding.UTF8.GetCharCount(name) > MaxTokenLength)
            {
                throw metadata.Error($"{TokensKey}[{names.Count}]", $"a token of at most {MaxTokenLength} characters");
            }
            names.AddText(name);
        }
        names.Trim();
        return names;
    }

    private static int[] Ends(GgufMetadata metadata, string flag, string id, bool absent, int count) =>
        metadata.Flag(Prefix + flag, absent) && metadata.Has(Prefix + id) ? [(int)metadata.Whole(Prefix + id, 0, count - 1)] : [];

    private static string? NameOf(GgufMetadata metadata, string id, ByteStrings names) =>
        metadata.Has(Prefix + id) ? names.Text((int)metadata.Whole(Prefix + id, 0, names.Count - 1)) : null;
}
