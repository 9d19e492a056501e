using System.Text.Json;

namespace Winnow.Inference.Tokenizers;

/// <summary>Reads tokenizer.json files of the byte-level byte-pair kind. What they ask for beyond that is an error that names it.</summary>
internal static class TokenizerJson
{
    /// <summary>Ids may leave holes, but a file of a few bytes cannot claim a vocabulary of millions.</summary>
    private const int MaxHolesPerEntry = 4;

    public static TokenizerDefinition Load(string file) => Read(JsonField.Load(file));

    public static TokenizerDefinition Parse(ReadOnlyMemory<byte> text, string source) => Read(JsonField.Parse(text, source));

    private static TokenizerDefinition Read(JsonField root)
    {
        JsonField model = root["model"];
        model.Require(JsonValueKind.Object);
        if (model["type"].OptionalText() is { } type && type != "BPE")
        {
            throw model["type"].Error("\"BPE\", the one kind of tokenizer model that is supported");
        }
        Refuse(root["normalizer"], "null: a normaliser would make encoding lose text");
        Refuse(model["continuing_subword_prefix"], "null", isTextEmptyAllowed: true);
        Refuse(model["end_of_word_suffix"], "null", isTextEmptyAllowed: true);
        if (model["byte_fallback"].Flag(absent: false))
        {
            throw model["byte_fallback"].Error("false: byte-level tokenizers need no fall-back");
        }
        List<AddedToken> added = [.. Added(root["added_tokens"])];
        string?[] names = Names(model["vocab"], added);
        var ids = new Dictionary<string, int>(names.Length, StringComparer.Ordinal);
        for (int id = 0; id < names.Length; id++)
        {
            if (names[id] is { } name)
            {
                ids[name] = id;
            }
        }
        PreTokenizerJson pieces = PreTokenizerJson.Read(root["pre_tokenizer"]);
        PostProcessorJson special = PostProcessorJson.Read(root["post_processor"], names.Length);
        return new TokenizerDefinition
        {
            Names = names,
            Merges = Merges(model["merges"], ids),
            IgnoresMerges = model["ignore_merges"].Flag(absent: false),
            Added = added,
            Splitters = pieces.Splitters,
            AddsPrefixSpace = pieces.AddsPrefixSpace,
            TrimsOffsets = special.TrimsOffsets,
            Prefix = special.Prefix,
            Suffix = special.Suffix,
        };
    }

    private static void Refuse(JsonField field, string allowed, bool isTextEmptyAllowed = false)
    {
        if (field.IsPresent && !(isTextEmptyAllowed && field.Value.ValueKind == JsonValueKind.String && field.Text().Length == 0))
        {
            throw field.Error(allowed);
        }
    }

    private static IEnumerable<AddedToken> Added(JsonField tokens) =>
        !tokens.IsPresent ? [] : tokens.Items().Select(token => new AddedToken(
            token["id"].Integer(0, int.MaxValue),
            token["content"].Text(),
            token["special"].Flag(absent: false),
            token["normalized"].Flag(absent: true),
            token["single_word"].Flag(absent: false),
            token["lstrip"].Flag(absent: false),
            token["rstrip"].Flag(absent: false)));

    private static string?[] Names(JsonField vocabulary, List<AddedToken> added)
    {
        List<(string Name, JsonField Id)> entries = [.. vocabulary.Fields()];
        int maxId = Math.Min(int.MaxValue - 1, MaxHolesPerEntry * (entries.Count + added.Count) + 1024);
        int size = 0;
        foreach ((_, JsonField id) in entries)
        {
            size = Math.Max(size, id.Integer(0, maxId) + 1);
        }
        foreach (AddedToken token in added)
        {
            if (token.Id > maxId)
            {
                throw new WinnowException($"{vocabulary.Source}: the added token '{token.Content}' has id {token.Id}; ids from 0 to {maxId} are possible with so few tokens.");
            }
            size = Math.Max(size, token.Id + 1);
        }
        var names = new string?[size];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, JsonField id) in entries)
        {
            int at = id.Integer(0, maxId);
            if (names[at] is not null || !seen.Add(name))
            {
                throw id.Error("an id that no other token has, for a token that stands only once");
            }
            names[at] = name;
        }
        foreach (AddedToken token in added)
        {
            names[token.Id] = token.Content;
        }
        return names;
    }

    private static Dictionary<(int, int), (int, int)> Merges(JsonField merges, Dictionary<string, int> ids)
    {
        var ranks = new Dictionary<(int, int), (int, int)>();
        int rank = 0;
        foreach (JsonField merge in merges.Items())
        {
            (string left, string right) = Pair(merge);
            if (!ids.TryGetValue(left, out int leftId) || !ids.TryGetValue(right, out int rightId) || !ids.TryGetValue(left + right, out int mergedId))
            {
                throw merge.Error($"a pair whose halves and whole '{left + right}' are all in the vocabulary");
            }
            ranks[(leftId, rightId)] = (rank++, mergedId);
        }
        return ranks;
    }

    private static (string Left, string Right) Pair(JsonField merge)
    {
        if (merge.Value.ValueKind == JsonValueKind.Array)
        {
            JsonField[] halves = [.. merge.Items()];
            return halves.Length == 2 ? (halves[0].Text(), halves[1].Text()) : throw merge.Error("a pair of tokens");
        }
        string text = merge.Text();
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && space < text.Length - 1 && !text.AsSpan(space + 1).Contains(' ')
            ? (text[..space], text[(space + 1)..])
            : throw merge.Error("two tokens with one space between them");
    }
}
