using System.Text;
using System.Text.Json;

namespace Winnow.Inference.Tokenizers.Json;

/// <summary>Reads the tokens of a tokenizer.json: an object of ids, or for unigram models a list of tokens with their log-probabilities.</summary>
internal sealed class VocabularyJson
{
    /// <summary>Ids may leave holes, but a file of a few bytes cannot claim a vocabulary of millions.</summary>
    private const int MaxHolesPerEntry = 4;

    private VocabularyJson(string?[] names, double[] logProbs)
    {
        LogProbs = logProbs;
        foreach (string? name in names)
        {
            if (name is null)
            {
                Names.AddNothing();
            }
            else
            {
                Names.Add(Encoding.UTF8.GetBytes(name));
            }
        }
        Names.Trim();
    }

    /// <summary>Names by id; empty, and not found, where the file leaves an id out.</summary>
    public ByteStrings Names { get; } = new(isFound: true);

    /// <summary>Natural-log probabilities by id; empty where the file gives none.</summary>
    public double[] LogProbs { get; }

    public static VocabularyJson Read(JsonField vocabulary, List<AddedToken> added)
    {
        List<(string Name, int Id)> entries = [];
        List<double> logProbs = [];
        if (vocabulary.Value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonField entry in vocabulary.Items())
            {
                JsonField[] pair = [.. entry.Items().Take(3)];
                if (pair.Length != 2)
                {
                    throw entry.Error("a token and its log-probability");
                }
                entries.Add((pair[0].Text(), entries.Count));
                logProbs.Add(pair[1].Number());
            }
        }
        else
        {
            List<(string Name, JsonField Id)> fields = [.. vocabulary.Fields()];
            int maxId = MaxId(fields.Count, added.Count);
            entries.AddRange(fields.Select(f => (f.Name, f.Id.Integer(0, maxId))));
        }
        return new VocabularyJson(NamesOf(vocabulary, entries, added), [.. logProbs]);
    }

    private static int MaxId(int tokens, int added) => (int)Math.Min(int.MaxValue - 1L, (MaxHolesPerEntry * ((long)tokens + added)) + 1024);

    private static string?[] NamesOf(JsonField vocabulary, List<(string Name, int Id)> entries, List<AddedToken> added)
    {
        int maxId = MaxId(entries.Count, added.Count);
        foreach (AddedToken token in added)
        {
            if (token.Id > maxId)
            {
                throw new WinnowException($"{vocabulary.Source}: the added token '{token.Content}' has id {token.Id}; ids from 0 to {maxId} are possible with so few tokens.");
            }
        }
        int size = entries.Select(e => e.Id).Concat(added.Select(t => t.Id)).DefaultIfEmpty(-1).Max() + 1;
        var names = new string?[size];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, int id) in entries)
        {
            if (names[id] is not null || !seen.Add(name))
            {
                throw new WinnowException($"{vocabulary.Source}: '{vocabulary.Path}' gives '{name}' the id {id}; every token stands once, with an id that no other has.");
            }
            names[id] = name;
        }
        foreach (AddedToken token in added)
        {
            names[token.Id] = token.Content;
        }
        return names;
    }
}
