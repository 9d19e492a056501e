using System.Text.Encodings.Web;
using System.Text.Json;
using Winnow.Inference.Tokenizers.Json;

namespace Winnow.Torch.Training;

/// <summary>Writes a byte-pair vocabulary as <c>tokenizer.json</c> of the Hugging Face tokenizers library.</summary>
public static class TokenizerFile
{
    /// <summary>How a text is cut before pairs are merged: each digit alone, letters with the space before them, every other character alone.</summary>
    public const string PiecePattern = @"\p{N}| ?\p{L}+|[^\p{L}\p{N}]";

    /// <summary>Writes the file.</summary>
    /// <param name="vocabulary">Added tokens take the identifiers from 0, then the 256 bytes in order, then the merges in order.</param>
    /// <param name="path">The file; it is replaced where it exists.</param>
    public static void Write(LearnedVocabulary vocabulary, string path)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.Create(path);
        // The relaxed encoder leaves the byte symbols readable; the file is JSON, never part of a web page.
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAddedTokens(json, vocabulary);
        json.WriteNull("normalizer");
        WritePreTokenizer(json);
        json.WriteNull("post_processor");
        json.WritePropertyName("decoder");
        ByteLevelTokenizerJson.WriteByteLevel(json, trimsOffsets: false, cuts: false);
        WriteModel(json, vocabulary);
        json.WriteEndObject();
    }

    private static void WriteAddedTokens(Utf8JsonWriter json, LearnedVocabulary vocabulary)
    {
        json.WriteStartArray("added_tokens");
        for (int id = 0; id < vocabulary.AddedTokens.Count; id++)
        {
            ByteLevelTokenizerJson.WriteAddedToken(json, id, vocabulary.AddedTokens[id], isSpecial: id < vocabulary.SpecialCount);
        }
        json.WriteEndArray();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json)
    {
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        ByteLevelTokenizerJson.WriteSplit(json, PiecePattern);
        ByteLevelTokenizerJson.WriteByteLevel(json, trimsOffsets: false, cuts: false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, LearnedVocabulary vocabulary)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", false);
        json.WriteStartObject("vocab");
        int id = 0;
        foreach (string token in vocabulary.AddedTokens)
        {
            json.WriteNumber(token, id++);
        }
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            json.WriteNumber(Symbols([(byte)value]), id++);
        }
        foreach ((byte[] left, byte[] right) in vocabulary.Merges)
        {
            json.WriteNumber(Symbols(left) + Symbols(right), id++);
        }
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach ((byte[] left, byte[] right) in vocabulary.Merges)
        {
            json.WriteStringValue($"{Symbols(left)} {Symbols(right)}");
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Symbols(byte[] bytes) => ByteLevelTokenizerJson.NameOf(bytes);
}
