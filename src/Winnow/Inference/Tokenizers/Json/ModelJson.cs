using System.Text;
using System.Text.Json;
using Winnow.Inference.Tokenizers.Models;

namespace Winnow.Inference.Tokenizers.Json;

/// <summary>Reads the <c>model</c> of a tokenizer.json.</summary>
internal static class ModelJson
{
    /// <summary>Longer tokens would make the search for the longest one slow; real ones have at most a few dozen characters.</summary>
    private const int MaxTokenLength = 1024;

    public static PieceModel Read(JsonField model, VocabularyJson vocabulary, bool isByteLevel) =>
        (model["type"].OptionalText() ?? Guess(model)) switch
        {
            "BPE" => BytePairs(model, vocabulary, isByteLevel),
            "Unigram" => Unigram(model, vocabulary),
            "WordPiece" => WordPieces(model, vocabulary),
            _ => throw model["type"].Error("\"BPE\", \"Unigram\" or \"WordPiece\""),
        };

    // Files of the first version do not name the model.
    private static string Guess(JsonField model) =>
        model["merges"].IsPresent ? "BPE" : model["vocab"].Value.ValueKind == JsonValueKind.Array ? "Unigram" : "WordPiece";

    private static PieceModel BytePairs(JsonField model, VocabularyJson vocabulary, bool isByteLevel)
    {
        Refuse(model["continuing_subword_prefix"]);
        Refuse(model["end_of_word_suffix"]);
        if (model["dropout"].IsPresent && model["dropout"].Number() != 0)
        {
            throw model["dropout"].Error("null: encoding is not random");
        }
        var merges = new BytePairMerges(Merges(model["merges"], vocabulary.Names));
        bool ignoresMerges = model["ignore_merges"].Flag(absent: false);
        bool fallsBack = model["byte_fallback"].Flag(absent: false);
        UnknownText unknown = Unknown(model, vocabulary, fallsBack, model["fuse_unk"].Flag(absent: false));
        return isByteLevel && !fallsBack
            ? ByteLevelModel.Create(vocabulary.Names, unknown, merges, ignoresMerges)
            : new CharacterPairModel(vocabulary.Names, merges, unknown, ignoresMerges);
    }

    private static UnigramModel Unigram(JsonField model, VocabularyJson vocabulary)
    {
        if (vocabulary.LogProbs.Length == 0)
        {
            throw model["vocab"].Error("a list of tokens with their log-probabilities, of one token or more");
        }
        int? unknown = model["unk_id"].IsPresent ? model["unk_id"].Integer(0, vocabulary.LogProbs.Length - 1) : null;
        int[]? bytes = model["byte_fallback"].Flag(absent: false) ? UnknownText.FindByteTokens(vocabulary.Names) : null;
        return new UnigramModel(
            new PrefixTrie(Keys(model["vocab"], Enumerable.Range(0, vocabulary.LogProbs.Length).Select(id => (vocabulary.Names[id].ToArray(), id)))),
            vocabulary.LogProbs,
            new UnknownText(bytes, unknown, IsFused: true));
    }

    private static WordPieceModel WordPieces(JsonField model, VocabularyJson vocabulary)
    {
        string prefix = model["continuing_subword_prefix"].OptionalText() ?? "##";
        string name = model["unk_token"].OptionalText() ?? "[UNK]";
        int unknown = vocabulary.Names.Find(name);
        if (unknown < 0)
        {
            throw model["unk_token"].Error("a token of the vocabulary");
        }
        const int UsualMaxCharacters = 100;
        int maxCharacters = model["max_input_chars_per_word"].Integer(1, 10_000, UsualMaxCharacters);
        return WordPieces(model["vocab"], vocabulary.Names, prefix, unknown, maxCharacters);
    }

    private static WordPieceModel WordPieces(JsonField where, ByteStrings names, string prefix, int unknown, int maxCharacters)
    {
        byte[] continuation = Encoding.UTF8.GetBytes(prefix);
        var entries = Enumerable.Range(0, names.Count).Select(id => (Name: names[id].ToArray(), Id: id)).ToLookup(e => e.Name.AsSpan().StartsWith(continuation));
        return new WordPieceModel(
            // A word may begin with the prefix itself, written out.
            new PrefixTrie(Keys(where, entries[false].Concat(entries[true]))),
            new PrefixTrie(Keys(where, entries[true].Select(e => (e.Name[continuation.Length..], e.Id)))),
            unknown,
            maxCharacters);
    }

    private static IEnumerable<(byte[] Key, int Value)> Keys(JsonField where, IEnumerable<(byte[] Name, int Id)> entries)
    {
        foreach ((byte[] name, int id) in entries)
        {
            if (name.Length > MaxTokenLength && Encoding.UTF8.GetCharCount(name) is > MaxTokenLength and var characters)
            {
                throw new WinnowException($"{where.Source}: '{where.Path}' has a token of {characters} characters; at most {MaxTokenLength} are allowed.");
            }
            if (name.Length > 0)
            {
                yield return (name, id);
            }
        }
    }

    private static UnknownText Unknown(JsonField model, VocabularyJson vocabulary, bool fallsBack, bool isFused)
    {
        string? name = model["unk_token"].OptionalText();
        int? unknown = name is null ? null
            : vocabulary.Names.Find(name) is >= 0 and var id ? id
            : throw model["unk_token"].Error("a token of the vocabulary");
        return new UnknownText(fallsBack ? UnknownText.FindByteTokens(vocabulary.Names) : null, unknown, isFused);
    }

    private static void Refuse(JsonField field)
    {
        if (field.IsPresent && field.Text().Length > 0)
        {
            throw field.Error("null");
        }
    }

    private static MergeTable Merges(JsonField merges, ByteStrings names)
    {
        var table = new MergeTable(names);
        int rank = 0;
        foreach (JsonField merge in merges.Items())
        {
            (byte[] left, byte[] right) = Pair(merge);
            if (!table.TryAdd(left, right, rank++))
            {
                throw merge.Error($"a pair whose halves and whole '{Encoding.UTF8.GetString([.. left, .. right])}' are all in the vocabulary");
            }
        }
        return table;
    }

    private static (byte[] Left, byte[] Right) Pair(JsonField merge)
    {
        if (merge.Value.ValueKind == JsonValueKind.Array)
        {
            JsonField[] halves = [.. merge.Items().Take(3)];
            return halves.Length == 2 ? (Encoding.UTF8.GetBytes(halves[0].Text()), Encoding.UTF8.GetBytes(halves[1].Text())) : throw merge.Error("a pair of tokens");
        }
        byte[] text = Encoding.UTF8.GetBytes(merge.Text());
        int middle = MergeTable.Middle(text);
        return middle < 0 ? throw merge.Error("two tokens with one space between them") : (text[..middle], text[(middle + 1)..]);
    }
}
