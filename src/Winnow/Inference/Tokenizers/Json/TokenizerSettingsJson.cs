using System.Text.Json;

namespace Winnow.Inference.Tokenizers.Json;

/// <summary>Reads begin and end tokens and the chat template from the files beside a tokenizer.json.</summary>
internal static class TokenizerSettingsJson
{
    /// <summary>Reads tokenizer_config.json and, for what that leaves open, config.json and chat_template.jinja.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="names">Token names by id.</param>
    public static TokenizerSettings Load(string folder, ByteStrings names)
    {
        JsonField? own = Optional(folder, "tokenizer_config.json");
        JsonField? model = Optional(folder, "config.json");
        string template = Path.Combine(folder, "chat_template.jinja");
        return new TokenizerSettings
        {
            BeginOfSequence = (own is { } a ? Name(a["bos_token"]) : null) ?? (model is { } b ? Name(b["bos_token_id"], names) : null),
            EndOfSequence = (own is { } c ? Name(c["eos_token"]) : null) ?? (model is { } d ? Name(d["eos_token_id"], names) : null),
            ChatTemplate = (own is { } e ? Template(e["chat_template"]) : null) ?? (File.Exists(template) ? File.ReadAllText(template) : null),
        };
    }

    // Some files hold several templates by name; the one for plain conversation is called default.
    private static string? Template(JsonField field) =>
        field.Value.ValueKind == JsonValueKind.Array
            ? field.Items().Where(t => t["name"].OptionalText() == "default").Select(t => t["template"].Text()).FirstOrDefault()
            : field.OptionalText();

    private static JsonField? Optional(string folder, string name)
    {
        string file = Path.Combine(folder, name);
        return File.Exists(file) ? JsonField.Load(file) : null;
    }

    private static string? Name(JsonField token) =>
        token.Value.ValueKind == JsonValueKind.Object ? token["content"].OptionalText() : token.OptionalText();

    // Some models list several end tokens; the first is the one that ends a sequence.
    private static string? Name(JsonField id, ByteStrings names)
    {
        JsonField first = id.Value.ValueKind == JsonValueKind.Array ? id.Items().FirstOrDefault() : id;
        return first.IsPresent && first.Value.TryGetInt32(out int at) && at >= 0 && at < names.Count && names.Length(at) > 0 ? names.Text(at) : null;
    }
}
