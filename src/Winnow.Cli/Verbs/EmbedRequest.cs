using System.Text.Json;
using Winnow.Inference.Embeddings;

namespace Winnow.Cli.Verbs;

/// <summary>What <c>winnow embed</c> is asked for.</summary>
internal sealed record EmbedRequest
{
    public required string File { get; init; }

    public required string Model { get; init; }

    public required string Output { get; init; }

    public required EmbeddingOptions Options { get; init; }

    public required int BatchTexts { get; init; }

    public required bool IsResumed { get; init; }

    public required bool IsQuiet { get; init; }

    public required bool IsJson { get; init; }

    /// <summary>Whether the output is a .npy file; else it is JSON lines.</summary>
    /// <exception cref="RequestException">It is neither.</exception>
    public bool IsNpy => Path.GetExtension(Output).ToUpperInvariant() switch
    {
        ".NPY" => true,
        ".JSONL" => false,
        _ => throw new RequestException($"The output \"{Output}\" must end in .npy or .jsonl."),
    };

    /// <summary>Where vectors stand until they are whole.</summary>
    public string PartFile => Output + ".part";

    /// <summary>What says how the unfinished vectors were made.</summary>
    public string NoteFile => Output + ".part.json";

    /// <summary>How vectors are made: what must be the same for a run to go on with another's.</summary>
    public string Note(TextEmbedder embedder)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("file", Path.GetFullPath(File));
            json.WriteString("model", Path.GetFullPath(Model));
            json.WriteString("pooling", EmbedVerb.NameOf(embedder.Pooling));
            json.WriteBoolean("normalized", embedder.Normalizes);
            json.WriteNumber("maxTokens", embedder.MaxTokens);
            json.WriteNumber("width", embedder.Width);
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
