using System.Text.Json;
using Winnow.Inference.Tokenizers.Models;
using Winnow.Inference.Tokenizers.PreTokenizers;

namespace Winnow.Inference.Tokenizers.Json;

/// <summary>Reads tokenizer.json files. What they ask for beyond what is supported is an error that names it.</summary>
internal static class TokenizerJson
{
    private const int MaxAddedLength = 1024;

    public static TokenizerDefinition Load(string file) => Read(JsonField.Load(file));

    public static TokenizerDefinition Parse(ReadOnlyMemory<byte> text, string source) => Read(JsonField.Parse(text, source));

    private static TokenizerDefinition Read(JsonField root)
    {
        JsonField model = root["model"];
        model.Require(JsonValueKind.Object);
        List<AddedToken> added = [.. Added(root["added_tokens"])];
        var vocabulary = VocabularyJson.Read(model["vocab"], added);
        PreTokenizerJson pieces = PreTokenizerJson.Read(root["pre_tokenizer"]);
        PostProcessorJson special = PostProcessorJson.Read(root["post_processor"], vocabulary.Names.Count);
        return new TokenizerDefinition
        {
            Names = vocabulary.Names,
            Model = ModelJson.Read(model, vocabulary, pieces.IsByteLevel),
            Added = added,
            Normalizers = NormalizerJson.Read(root["normalizer"]),
            PreTokenizers = pieces.Steps,
            Texts = DecoderJson.Read(root["decoder"], pieces.IsByteLevel),
            Trimming = special.Trimming,
            Prefix = special.Prefix,
            Suffix = special.Suffix,
        };
    }

    private static IEnumerable<AddedToken> Added(JsonField tokens) =>
        !tokens.IsPresent ? [] : tokens.Items().Select(token => new AddedToken(
            token["id"].Integer(0, int.MaxValue),
            Content(token["content"]),
            token["special"].Flag(absent: false),
            token["normalized"].Flag(absent: true),
            token["single_word"].Flag(absent: false),
            token["lstrip"].Flag(absent: false),
            token["rstrip"].Flag(absent: false)));

    private static string Content(JsonField content) =>
        content.Text() is { Length: <= MaxAddedLength } text ? text : throw content.Error($"a text of at most {MaxAddedLength} characters");
}
