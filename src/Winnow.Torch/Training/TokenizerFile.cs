using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Winnow.Torch.Training;

/// <summary>Writes a byte-pair vocabulary as <c>tokenizer.json</c> of the Hugging Face tokenizers library.</summary>
public static class TokenizerFile
{
    /// <summary>How a text is cut before pairs are merged: each digit alone, letters with the space before them, every other character alone.</summary>
    public const string PiecePattern = @"\p{N}| ?\p{L}+|[^\p{L}\p{N}]";

    private static readonly string[] ByteSymbols = MakeByteSymbols();

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
        json.WriteStartObject("decoder");
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", false);
        json.WriteBoolean("use_regex", false);
        json.WriteEndObject();
        WriteModel(json, vocabulary);
        json.WriteEndObject();
    }

    private static void WriteAddedTokens(Utf8JsonWriter json, LearnedVocabulary vocabulary)
    {
        json.WriteStartArray("added_tokens");
        for (int id = 0; id < vocabulary.AddedTokens.Count; id++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("content", vocabulary.AddedTokens[id]);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", id < vocabulary.SpecialCount);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json)
    {
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", PiecePattern);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", false);
        json.WriteBoolean("use_regex", false);
        json.WriteEndObject();
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
        foreach (string symbol in ByteSymbols)
        {
            json.WriteNumber(symbol, id++);
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

    private static string Symbols(byte[] bytes) => string.Concat(bytes.Select(value => ByteSymbols[value]));

    /// <summary>The GPT-2 byte alphabet: printable Latin-1 stands for itself, the rest for U+0100 onwards, in order.</summary>
    private static string[] MakeByteSymbols()
    {
        string[] symbols = new string[256];
        int next = 0x100;
        for (int value = 0; value < 256; value++)
        {
            bool isPrintable = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE;
            symbols[value] = new Rune(isPrintable ? value : next++).ToString();
        }
        return symbols;
    }
}
