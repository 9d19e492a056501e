using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Decoders;

namespace Winnow.Inference.Conversion;

/// <summary>Writes a GGUF file as a model folder (config.json, model.safetensors, tokenizer.json), and reads it back.</summary>
/// <remarks>Cost: the largest tensor in single precision, twice, in memory; one pass to write and one to check.</remarks>
public static class FolderConversion
{
    /// <summary>Types that weights can be written in.</summary>
    public static IReadOnlyList<TensorType> Types { get; } = [TensorType.F32, TensorType.F16, TensorType.BF16];

    /// <summary>Converts a file; quantised weights are widened first.</summary>
    /// <param name="file">A GGUF file of a Llama, Qwen 2 or Qwen 3 decoder.</param>
    /// <param name="folder">The folder to write; it must be new or empty.</param>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="cancellationToken">Stops between two tensors.</param>
    /// <exception cref="ArgumentException">The type is another.</exception>
    /// <exception cref="WinnowException">The file is broken, something cannot be written to a folder, or the folder is not empty; or what was read back is not what was written.</exception>
    public static ConversionReport Convert(string file, string folder, TensorType type, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Types.Contains(type))
        {
            throw new ArgumentException($"Weights can be written as {string.Join(", ", Types)}, not as {type}.", nameof(type));
        }
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new WinnowException($"{folder}: the folder is not empty; name a new one.");
        }
        using GgufFile gguf = GgufFile.Open(file);
        DecoderSettings settings = GgufDecoderSettings.Read(gguf);
        using var source = new GgufDecoderCheckpoint(gguf, settings);
        DecoderTensors.Check(settings, source);
        byte[] config = FolderModelFiles.Config(settings, gguf.Metadata, type);
        List<string> warnings = [];
        Directory.CreateDirectory(folder);
        string weights = Path.Combine(folder, "model.safetensors");
        SafetensorsWriter.Write(weights, source.Tensors.Values, source.ReadFloats, type, new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" }, cancellationToken);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), config);
        if (FolderModelFiles.Tokenizer(gguf.Metadata) is { } tokenizer)
        {
            File.WriteAllBytes(Path.Combine(folder, "tokenizer.json"), tokenizer);
            File.WriteAllBytes(Path.Combine(folder, "tokenizer_config.json"), FolderModelFiles.TokenizerConfig(gguf.Metadata));
        }
        else
        {
            warnings.Add($"the tokenizer '{gguf.Metadata.OptionalText("tokenizer.ggml.model") ?? "none"}' cannot be written as a tokenizer.json, so the folder has no vocabulary");
        }
        return ReadBack(folder, weights, source, settings, type, warnings, cancellationToken);
    }

    private static ConversionReport ReadBack(
        string folder, string weights, GgufDecoderCheckpoint source, DecoderSettings settings, TensorType type, List<string> warnings, CancellationToken cancellationToken)
    {
        DecoderSettings read = DecoderSettingsJson.Load(folder);
        if (read.Layers != settings.Layers || read.Width != settings.Width || read.HeadWidth != settings.HeadWidth)
        {
            throw new WinnowException($"{folder}: config.json does not say what was written; delete the folder.");
        }
        using SafetensorsFolder written = SafetensorsFolder.Open(folder);
        double largest = 0;
        foreach (StoredTensor tensor in source.Tensors.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = new float[tensor.Count];
            var after = new float[tensor.Count];
            source.ReadFloats(tensor.Name, before);
            written.ReadFloats(tensor.Name, after);
            for (int i = 0; i < after.Length; i++)
            {
                if (after[i] != FolderModelFiles.Rounded(before[i], type))
                {
                    throw new WinnowException($"{weights}: tensor '{tensor.Name}' is not what was written; the disk may be full or broken. Delete the folder.");
                }
                largest = Math.Max(largest, Math.Abs((double)after[i] - before[i]));
            }
        }
        return new ConversionReport
        {
            Path = folder,
            Tensors = written.Tensors.Count,
            Type = type,
            Bytes = new FileInfo(weights).Length,
            LargestError = largest,
            Warnings = warnings,
        };
    }
}
