using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Checkpoints.Quantised;
using Winnow.Inference.Decoders;

namespace Winnow.Inference.Conversion;

/// <summary>Writes a model folder (config.json, safetensors, tokenizer.json) as a GGUF file, and reads it back.</summary>
/// <remarks>Cost: the largest tensor in single precision, twice, in memory; one pass to write and one to check.</remarks>
public static class GgufConversion
{
    /// <summary>Types that matrices can be written in.</summary>
    public static IReadOnlyList<TensorType> Types { get; } = [TensorType.F32, TensorType.F16, TensorType.Q8_0, TensorType.Q4_0];

    /// <summary>Converts a folder. Vectors stay in single precision; matrices whose rows fill no whole blocks become F16.</summary>
    /// <param name="folder">The folder of a Llama, Qwen 2 or Qwen 3 decoder.</param>
    /// <param name="file">The file to write; one that is there is replaced.</param>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="cancellationToken">Stops between two tensors.</param>
    /// <exception cref="ArgumentException">The type is another.</exception>
    /// <exception cref="WinnowException">A file is broken, or something cannot be written to a GGUF file; or what was read back is not what was written.</exception>
    public static ConversionReport Convert(string folder, string file, TensorType type, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(file);
        if (!Types.Contains(type))
        {
            throw new ArgumentException($"Matrices can be written as {string.Join(", ", Types)}, not as {type}.", nameof(type));
        }
        DecoderSettings settings = DecoderSettingsJson.Load(folder);
        using SafetensorsFolder source = SafetensorsFolder.Open(folder);
        DecoderTensors.Check(settings, source);
        if (settings.IsTokenClassifier)
        {
            throw new WinnowException($"{folder}: a model that scores tokens cannot be written to a GGUF file; its head has no standard name there.");
        }
        GgufMetadataBuilder metadata = GgufModelKeys.Create(settings, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), type);
        List<string> warnings = [];
        if (File.Exists(Path.Combine(folder, "tokenizer.json")))
        {
            GgufTokenizerKeys.Add(metadata, folder, settings.VocabularySize);
        }
        else
        {
            warnings.Add("the folder has no tokenizer.json, so the file has no vocabulary");
        }
        var plan = Plan(source, settings, type).ToList();
        float[]? divisors = GgufModelKeys.RotaryDivisors(settings);
        if (divisors is not null)
        {
            plan.Insert(0, new Planned(new StoredTensor(GgufDecoderSettings.RotaryDivisors, TensorType.F32, [divisors.Length]), null, 0));
        }
        Dictionary<string, Planned> byName = plan.ToDictionary(p => p.Target.Name, StringComparer.Ordinal);
        GgufWriter.Write(file, metadata, [.. plan.Select(p => p.Target)], (tensor, bytes) => BlockFormats.Encode(tensor.Type, Numbers(source, byName[tensor.Name], divisors), bytes), cancellationToken);
        return ReadBack(file, source, byName, divisors, type, warnings, cancellationToken);
    }

    private static IEnumerable<Planned> Plan(SafetensorsFolder source, DecoderSettings settings, TensorType type)
    {
        int interleaved = GgufRowOrder.PairedWidth(settings);
        foreach (StoredTensor tensor in source.Tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            string name = GgufTensorNames.ToGguf(tensor.Name);
            bool isHead = tensor.Name == DecoderTensors.Head;
            if ((name == tensor.Name) || (isHead && settings.IsTied))
            {
                // What has no name there is computed anew (frequencies) or stands in the embedding (a tied head).
                continue;
            }
            TensorType written = tensor.Shape.Count < 2 ? TensorType.F32
                : tensor.Shape[^1] % TensorTypes.Layout(type).Numbers == 0 ? type
                : TensorType.F16;
            bool isPaired = tensor.Name.Contains(".q_proj.", StringComparison.Ordinal) || tensor.Name.Contains(".k_proj.", StringComparison.Ordinal);
            yield return new Planned(new StoredTensor(name, written, tensor.Shape), tensor.Name, isPaired ? interleaved : 0);
        }
    }

    private static float[] Numbers(SafetensorsFolder source, Planned planned, float[]? divisors)
    {
        if (planned.SourceName is null)
        {
            return divisors!;
        }
        var values = new float[planned.Target.Count];
        source.ReadFloats(planned.SourceName, values);
        if (planned.HeadWidth > 0)
        {
            int rowLength = planned.Target.Shape.Count == 1 ? 1 : (int)planned.Target.Shape[^1];
            GgufRowOrder.Pair(values, rowLength, planned.HeadWidth);
        }
        return values;
    }

    private static ConversionReport ReadBack(
        string file, SafetensorsFolder source, Dictionary<string, Planned> plan, float[]? divisors, TensorType type, List<string> warnings, CancellationToken cancellationToken)
    {
        using GgufFile written = GgufFile.Open(file);
        _ = GgufDecoderSettings.Read(written);
        double largest = 0;
        foreach (StoredTensor tensor in written.TensorsInFileOrder)
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] expected = Numbers(source, plan[tensor.Name], divisors);
            var bytes = new byte[TensorTypes.Bytes(tensor.Type, tensor.Count)];
            var stored = new byte[bytes.Length];
            BlockFormats.Encode(tensor.Type, expected, bytes);
            written.ReadRows(tensor.Name, 0, stored);
            if (!stored.AsSpan().SequenceEqual(bytes))
            {
                throw new WinnowException($"{file}: tensor '{tensor.Name}' is not what was written; the disk may be full or broken. Delete the file.");
            }
            var values = new float[expected.Length];
            BlockFormats.Decode(tensor.Type, stored, values);
            for (int i = 0; i < values.Length; i++)
            {
                largest = Math.Max(largest, Math.Abs((double)values[i] - expected[i]));
            }
        }
        return new ConversionReport { Path = file, Tensors = written.Tensors.Count, Type = type, Bytes = written.Length, LargestError = largest, Warnings = warnings };
    }

    private sealed record Planned(StoredTensor Target, string? SourceName, int HeadWidth);
}
