namespace Winnow.Inference.Tokenizers.Json;

/// <summary>Reads the <c>decoder</c> of a tokenizer.json.</summary>
internal static class DecoderJson
{
    private const string Mark = "\u2581";

    public static TokenTexts Read(JsonField field, bool isByteLevel)
    {
        if (!field.IsPresent)
        {
            return isByteLevel ? TokenTexts.ByteLevel : TokenTexts.Names;
        }
        return field["type"].Text() switch
        {
            "ByteLevel" => TokenTexts.ByteLevel,
            "WordPiece" => TokenTexts.WordPieces(field["prefix"].OptionalText() ?? "##", field["cleanup"].Flag(absent: true)),
            "Metaspace" => TokenTexts.Metaspace(
                PreTokenizerJson.Scheme(field) == Normalizers.PrependScheme.Never ? TextStart.AsIs : TextStart.WithoutSpaces,
                field["replacement"].OptionalText() ?? Mark),
            "Sequence" => Sequence(field["decoders"]),
            _ => throw field["type"].Error("\"ByteLevel\", \"WordPiece\", \"Metaspace\" or \"Sequence\""),
        };
    }

    // The one sequence in use: marks to spaces, bytes to text, all in one, without the space at the beginning.
    private static TokenTexts Sequence(JsonField decoders)
    {
        JsonField[] parts = [.. decoders.Items().Take(16)];
        if (parts.Length == 1)
        {
            return Read(parts[0], isByteLevel: false);
        }
        string? mark = null;
        TextStart start = TextStart.AsIs;
        foreach (JsonField part in parts)
        {
            switch (part["type"].Text())
            {
                case "Replace" when mark is null && part["content"].Text() == " ":
                    mark = part["pattern"]["String"].Text() is { Length: > 0 } text ? text : throw part["pattern"].Error("a text that is not empty");
                    break;
                case "ByteFallback" or "Fuse":
                    break;
                case "Strip" when part["content"].Text() == " " && part["stop"].Integer(0, 0) == 0:
                    start = part["start"].Integer(0, 1) == 1 ? TextStart.WithoutSpace : TextStart.AsIs;
                    break;
                default:
                    throw part.Error("a step of SentencePiece's decoder: \"Replace\" of one mark by a space, \"ByteFallback\", \"Fuse\" or \"Strip\" of one space at the start");
            }
        }
        return TokenTexts.SentencePiece(start, mark ?? Mark);
    }
}
