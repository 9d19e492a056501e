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
        string[] names = metadata.Texts(TokensKey);
        if (Array.FindIndex(names, n => n.Length > MaxTokenLength) is >= 0 and var tooLong)
        {
            throw metadata.Error($"{TokensKey}[{tooLong}]", $"a token of at most {MaxTokenLength} characters");
        }
        TokenType[] types = Types(metadata, names.Length);
        var ids = new Dictionary<string, int>(names.Length, StringComparer.Ordinal);
        for (int id = 0; id < names.Length; id++)
        {
            ids.TryAdd(names[id], id);
        }
        TokenizerDefinition definition = kind switch
        {
            "gpt2" => ByteLevel(metadata, names, ids, types),
            "llama" => SentencePiece(metadata, names, ids, types),
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

    private static TokenizerDefinition ByteLevel(GgufMetadata metadata, string[] names, Dictionary<string, int> ids, TokenType[] types)
    {
        (TextStep[] steps, bool ignoresMerges, bool addsBegin, bool composes) = PreTokenizer(metadata);
        var table = new MergeTable(ids);
        string[] merges = metadata.Texts($"{Prefix}merges");
        for (int rank = 0; rank < merges.Length; rank++)
        {
            if (MergeTable.Halves(merges[rank]) is not { } pair || !table.TryAdd(pair.Left, pair.Right, rank))
            {
                throw metadata.Error($"{Prefix}merges[{rank}]", "two tokens with one space between them, whose halves and whole are all in the vocabulary");
            }
        }
        return new TokenizerDefinition
        {
            Names = names,
            Model = ByteLevelModel.Create(ids, new UnknownText(null, null, IsFused: false), new BytePairMerges(table.Merges), ignoresMerges),
            Added = Added(names, types),
            Normalizers = composes ? [new UnicodeNormalizer(isCompatible: false, composes: true)] : [],
            PreTokenizers = steps,
            Texts = TokenTexts.ByteLevel,
            Prefix = Ends(metadata, "add_bos_token", "bos_token_id", addsBegin, names.Length),
            Suffix = Ends(metadata, "add_eos_token", "eos_token_id", absent: false, names.Length),
        };
    }

    private static TokenizerDefinition SentencePiece(GgufMetadata metadata, string[] names, Dictionary<string, int> ids, TokenType[] types)
    {
        double[] scores = metadata.Numbers($"{Prefix}scores");
        if (scores.Length != names.Length)
        {
            throw metadata.Error($"{Prefix}scores", $"as many numbers as there are tokens, {names.Length}");
        }
        var table = new MergeTable(ids);
        table.AddByScore(names.Select((name, id) => (name, scores[id])).Where((_, id) => types[id] is TokenType.Normal or TokenType.UserDefined));
        int? unknown = metadata.Has($"{Prefix}unknown_token_id") ? (int)metadata.Whole($"{Prefix}unknown_token_id", 0, names.Length - 1) : null;
        bool addsSpace = metadata.Flag($"{Prefix}add_space_prefix", absent: true);
        byte[] mark = Encoding.UTF8.GetBytes("\u2581");
        var spaces = new Replace(TextPattern.Literal(" "), mark);
        return new TokenizerDefinition
        {
            Names = names,
            Model = CharacterPairModel.Create(
                names, new BytePairMerges(table.Merges), new UnknownText(UnknownText.FindByteTokens(ids), unknown, IsFused: true), ignoresMerges: false),
            Added = Added(names, types),
            Normalizers = addsSpace ? [new Prepend(mark), spaces] : [spaces],
            Texts = TokenTexts.SentencePiece(addsSpace ? TextStart.WithoutSpace : TextStart.AsIs),
            Prefix = Ends(metadata, "add_bos_token", "bos_token_id", absent: true, names.Length),
            Suffix = Ends(metadata, "add_eos_token", "eos_token_id", absent: false, names.Length),
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

    private static AddedToken[] Added(string[] names, TokenType[] types) =>
        [.. names.Select((name, id) => new AddedToken(
                id, name, IsSpecial: types[id] is TokenType.Control or TokenType.Unknown, IsNormalized: false, IsSingleWord: false, StripsLeft: false, StripsRight: false))
            .Where((token, id) => token.Content.Length > 0 && types[id] is TokenType.Control or TokenType.Unknown or TokenType.UserDefined)];

    private static int[] Ends(GgufMetadata metadata, string flag, string id, bool absent, int count) =>
        metadata.Flag(Prefix + flag, absent) && metadata.Has(Prefix + id) ? [(int)metadata.Whole(Prefix + id, 0, count - 1)] : [];

    private static string? NameOf(GgufMetadata metadata, string id, string[] names) =>
        metadata.Has(Prefix + id) ? names[metadata.Whole(Prefix + id, 0, names.Length - 1)] : null;
}
