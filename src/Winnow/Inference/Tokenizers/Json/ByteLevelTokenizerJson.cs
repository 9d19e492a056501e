using System.Text.Json;
using Winnow.Inference.Tokenizers.Models;

namespace Winnow.Inference.Tokenizers.Json;

/// <summary>Writes the parts of a <c>tokenizer.json</c> that byte-level tokenizers have in common.</summary>
public static class ByteLevelTokenizerJson
{
    /// <summary>Writes an added token as an object: sought in the text as it is, white space around it left alone.</summary>
    /// <param name="json">Stands in the list of added tokens.</param>
    /// <param name="id">Its id.</param>
    /// <param name="content">Its text.</param>
    /// <param name="isSpecial">Whether it is left out of decoded text.</param>
    public static void WriteAddedToken(Utf8JsonWriter json, int id, string content, bool isSpecial)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("content", content);
        foreach (string flag in new[] { "single_word", "lstrip", "rstrip", "normalized" })
        {
            json.WriteBoolean(flag, false);
        }
        json.WriteBoolean("special", isSpecial);
        json.WriteEndObject();
    }

    /// <summary>Writes a pre-tokenizer that makes a piece of each match of a pattern, and of what stands between.</summary>
    /// <param name="json">Stands where an object may.</param>
    /// <param name="pattern">A regular expression.</param>
    public static void WriteSplit(Utf8JsonWriter json, string pattern)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", pattern);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
    }

    /// <summary>Writes the pre-tokenizer, or the decoder, between bytes and their printable stand-ins.</summary>
    /// <param name="json">Stands where an object may.</param>
    /// <param name="trimsOffsets">Whether offsets leave out white space.</param>
    /// <param name="cuts">Whether it also cuts by the pattern of GPT-2.</param>
    public static void WriteByteLevel(Utf8JsonWriter json, bool trimsOffsets, bool cuts)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", trimsOffsets);
        json.WriteBoolean("use_regex", cuts);
        json.WriteEndObject();
    }

    /// <summary>The name of a token that stands for bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static string NameOf(ReadOnlySpan<byte> bytes)
    {
        Span<char> name = bytes.Length <= 128 ? stackalloc char[bytes.Length] : new char[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            name[i] = ByteAlphabet.Char(bytes[i]);
        }
        return new string(name);
    }
}
