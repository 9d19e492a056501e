using System.Security.Cryptography;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Checkpoints.Quantised;
using Winnow.Inference.Decoders;
using Winnow.Inference.Encoders;
using Winnow.Inference.Kernels.Panels;
using Winnow.Inference.Tokenizers;

namespace Winnow.Inference;

/// <summary>How much of a model is stored in one type.</summary>
/// <param name="Type">The type's name.</param>
/// <param name="Tensors">Tensors.</param>
/// <param name="Numbers">Their numbers.</param>
/// <param name="Bytes">Bytes in the file.</param>
public sealed record StoredTypeShare(string Type, int Tensors, long Numbers, long Bytes);

/// <summary>What a model file or folder is, without its weights being loaded; also of those that cannot be run.</summary>
public sealed record ModelFileInfo
{
    /// <summary>Name that the file gives itself, or the folder's.</summary>
    public required string Name { get; init; }

    /// <summary>The file format, for example <c>GGUF 3</c> or <c>safetensors</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Architecture as the file names it.</summary>
    public required string Architecture { get; init; }

    /// <summary>Shape of the decoder; null where it is none, or not supported.</summary>
    public required DecoderSettings? Settings { get; init; }

    /// <summary>Shape of the encoder, which makes vectors of texts and draws nothing; null where it is none, or not supported.</summary>
    public EncoderSettings? Encoder { get; init; }

    /// <summary>Tokens of the model, or of the tokenizer where the model is not supported; null where neither is known.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>Numbers of all tensors.</summary>
    public required long Parameters { get; init; }

    /// <summary>Types of stored numbers, most bytes first.</summary>
    public required IReadOnlyList<StoredTypeShare> Types { get; init; }

    /// <summary>Bytes of all weight files.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Memory that weights will take, to within five parts in a hundred. Unit: bytes.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Memory that keys and values of one token take; 0 where the architecture is not supported. Unit: bytes.</summary>
    public required long KeyValueBytesPerToken { get; init; }

    /// <summary>Kind of the vocabulary, for example <c>gpt2 (smollm)</c>, <c>BPE</c>; null where there is none.</summary>
    public required string? VocabularyKind { get; init; }

    /// <summary>Whether a chat template comes with it.</summary>
    public required bool HasChatTemplate { get; init; }

    /// <summary>SHA-256 of every weight file by its name, in lower-case hexadecimal.</summary>
    public required IReadOnlyDictionary<string, string> Checksums { get; init; }

    /// <summary>What keeps the model from being run, by name; empty where nothing does.</summary>
    public required IReadOnlyList<string> Unsupported { get; init; }

    /// <summary>Reads what a file or folder says of itself. Cost: reads all weights once, for the checksums.</summary>
    /// <param name="path">A GGUF file, a folder with config.json and safetensors, or a safetensors file by itself.</param>
    /// <exception cref="WinnowException">A file is missing or broken.</exception>
    public static ModelFileInfo Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Directory.Exists(path) ? ReadFolder(path)
            : SafetensorsFile.IsNamedSo(path) ? ReadSafetensors(path)
            : ReadGguf(path);
    }

    private static ModelFileInfo ReadSafetensors(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        List<string> unsupported = UnsupportedTypes(file);
        unsupported.Add("a safetensors file holds tensors alone; name its folder, with config.json and tokenizer.json");
        return Create(file, null, Path.GetFileNameWithoutExtension(path), "safetensors", "unknown", null, false, [path], unsupported);
    }

    private static ModelFileInfo ReadGguf(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        GgufMetadata metadata = file.Metadata;
        List<string> unsupported = UnsupportedTypes(file);
        DecoderSettings? settings = Try(() => GgufDecoderSettings.Read(file), unsupported);
        if (settings is not null)
        {
            using var checkpoint = new GgufDecoderCheckpoint(file, settings);
            Try(() => DecoderTensors.Check(settings, checkpoint), unsupported);
        }
        string? kind = metadata.OptionalText("tokenizer.ggml.model");
        if (metadata.OptionalText("tokenizer.ggml.pre") is { } pre)
        {
            kind = $"{kind} ({pre})";
        }
        ModelTokenizer? tokenizer = Try(() => ModelTokenizer.FromGguf(metadata), unsupported);
        return Create(
            file, settings, metadata.OptionalText("general.name") ?? Path.GetFileNameWithoutExtension(path), $"GGUF {file.Version}",
            metadata.OptionalText("general.architecture") ?? "unknown", kind, metadata.OptionalText("tokenizer.chat_template") is not null, [path], unsupported) with
        {
            VocabularySize = settings?.VocabularySize ?? tokenizer?.Size,
        };
    }

    private static ModelFileInfo ReadFolder(string folder)
    {
        using SafetensorsFolder checkpoint = SafetensorsFolder.Open(folder);
        JsonField config = JsonField.Load(Path.Combine(folder, "config.json"));
        bool isEncoder = EncoderSettings.Describes(config);
        List<string> unsupported = isEncoder ? [] : UnsupportedTypes(checkpoint);
        DecoderSettings? settings = isEncoder ? null : Try(() => DecoderSettingsJson.Read(config), unsupported);
        EncoderSettings? encoder = isEncoder ? Try(() => EncoderSettings.Read(config), unsupported) : null;
        if (settings is not null)
        {
            Try(() => DecoderTensors.Check(settings, checkpoint), unsupported);
        }
        long encoderBytes = 0;
        if (encoder is not null)
        {
            Try(() => { encoderBytes = EncoderWeights.BytesOf(encoder, checkpoint); }, unsupported);
        }
        ModelTokenizer? tokenizer = null;
        string tokenizerFile = Path.Combine(folder, "tokenizer.json");
        string? kind = null;
        bool hasTemplate = false;
        if (File.Exists(tokenizerFile))
        {
            kind = JsonField.Load(tokenizerFile)["model"]["type"].OptionalText() ?? "unnamed";
            tokenizer = Try(() => ModelTokenizer.Load(folder), unsupported);
            hasTemplate = tokenizer?.ChatTemplate is not null;
        }
        else
        {
            unsupported.Add($"{folder}: there is no tokenizer.json");
        }
        string[] files = [.. Directory.EnumerateFiles(folder, "*.safetensors").Order(StringComparer.Ordinal)];
        ModelFileInfo info = Create(
            checkpoint, settings, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), "safetensors",
            config["model_type"].OptionalText() ?? "unknown", kind, hasTemplate, files, unsupported) with
        {
            Encoder = encoder,
            VocabularySize = settings?.VocabularySize ?? encoder?.VocabularySize ?? tokenizer?.Size,
        };
        return encoderBytes > 0 ? info with { WeightBytes = encoderBytes } : info;
    }

    private static ModelFileInfo Create(
        ICheckpoint checkpoint, DecoderSettings? settings, string name, string format, string architecture, string? vocabularyKind, bool hasTemplate,
        string[] files, List<string> unsupported)
    {
        long numbers = checkpoint.Tensors.Values.Sum(t => t.Count);
        bool keepsTypes = numbers > DecoderWeights.MostSmallNumbers;
        return new ModelFileInfo
        {
            Name = name,
            Format = format,
            Architecture = architecture,
            Settings = settings,
            Parameters = numbers,
            Types = [.. checkpoint.Tensors.Values.GroupBy(t => t.Type)
                .Select(type => new StoredTypeShare(TensorTypes.NameOf(type.Key), type.Count(), type.Sum(t => t.Count), type.Sum(t => TensorTypes.Bytes(t.Type, t.Count))))
                .OrderByDescending(share => share.Bytes)],
            FileBytes = files.Sum(file => new FileInfo(file).Length),
            WeightBytes = checkpoint.Tensors.Values.Sum(t => keepsTypes && PanelLayout.Keeps(t.Type) ? TensorTypes.Bytes(t.Type, t.Count) : t.Count * sizeof(float)),
            KeyValueBytesPerToken = settings is null ? 0 : SessionMemory.TokenBytes(settings),
            VocabularyKind = vocabularyKind,
            HasChatTemplate = hasTemplate,
            Checksums = files.ToDictionary(file => Path.GetFileName(file), Checksum, StringComparer.Ordinal),
            Unsupported = unsupported,
        };
    }

    private static List<string> UnsupportedTypes(ICheckpoint checkpoint) =>
    [
        .. checkpoint.Tensors.Values.Where(t => !BlockFormats.CanDecode(t.Type)).GroupBy(t => t.Type)
            .Select(type => $"type {TensorTypes.NameOf(type.Key)} of {type.Count()} tensors, among them '{type.First().Name}'"),
    ];

    private static T? Try<T>(Func<T> read, List<string> unsupported)
        where T : class
    {
        try
        {
            return read();
        }
        catch (WinnowException error)
        {
            unsupported.Add(error.Message);
            return null;
        }
    }

    private static void Try(Action check, List<string> unsupported) => Try<object>(
        () =>
        {
            check();
            return unsupported;
        },
        unsupported);

    private static string Checksum(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WinnowException($"{file}: the file cannot be read ({error.Message})", error);
        }
    }
}
