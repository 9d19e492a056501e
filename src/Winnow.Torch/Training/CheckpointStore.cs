using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Winnow.Torch.Models;

namespace Winnow.Torch.Training;

/// <summary>What a checkpoint says about itself, in <c>training.json</c>.</summary>
public sealed record CheckpointInfo
{
    /// <summary>Version of the layout.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Sizes of the decoder.</summary>
    public required DecoderShape Shape { get; init; }

    /// <summary>Settings of the run.</summary>
    public required TrainerOptions Options { get; init; }

    /// <summary>Where the run stood.</summary>
    public required TrainingState State { get; init; }

    /// <summary>SHA-256 of <c>arrays.f32</c>, hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>
/// Checkpoints of one run in one folder: <c>step-00001200</c> or a milestone's name, each with
/// <c>training.json</c> and <c>arrays.f32</c> (weights, first and second moments, little-endian float32). Each
/// appears whole or not at all; the newest two numbered ones are kept, milestones always.
/// </summary>
public sealed class CheckpointStore(string folder)
{
    private const string StepPrefix = "step-";
    private const string PartialPrefix = ".partial-";
    private const int Kept = 2;
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Where the checkpoints lie.</summary>
    public string Folder { get; } = folder;

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="trainer">The run.</param>
    /// <param name="milestone">Name of a checkpoint that is kept for good; null: a numbered one.</param>
    /// <returns>Its folder.</returns>
    public string Save(Trainer trainer, string? milestone = null)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        string name = milestone ?? $"{StepPrefix}{trainer.State.Step:D8}";
        string target = Path.Combine(Folder, name);
        string partial = Path.Combine(Folder, PartialPrefix + name);
        Directory.CreateDirectory(Folder);
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }
        Directory.CreateDirectory(partial);

        byte[] arrays = Arrays(trainer);
        Write(Path.Combine(partial, "arrays.f32"), arrays);
        CheckpointInfo info = new()
        {
            Shape = trainer.Model.Shape,
            Options = trainer.Options,
            State = trainer.State,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(arrays)),
        };
        Write(Path.Combine(partial, "training.json"), JsonSerializer.SerializeToUtf8Bytes(info, Json));
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }
        Directory.Move(partial, target);
        if (milestone is null)
        {
            Prune();
        }
        return target;
    }

    /// <summary>The checkpoint with the most steps, or null where there is none.</summary>
    public string? Latest() => Numbered().LastOrDefault();

    /// <summary>Reads what a checkpoint says about itself.</summary>
    /// <exception cref="WinnowException">A file is missing or broken.</exception>
    public static CheckpointInfo ReadInfo(string checkpoint)
    {
        string path = Path.Combine(checkpoint, "training.json");
        try
        {
            return JsonSerializer.Deserialize<CheckpointInfo>(File.ReadAllBytes(path), Json)
                ?? throw new WinnowException($"{path} holds no checkpoint.");
        }
        catch (Exception e) when (e is IOException or JsonException or ArgumentException)
        {
            throw new WinnowException($"{path} cannot be read as a checkpoint: {e.Message}", e);
        }
    }

    /// <summary>Copies a checkpoint's arrays and state into a run with the same sizes.</summary>
    /// <exception cref="WinnowException">The files are broken or belong to a decoder of other sizes.</exception>
    public static void Restore(string checkpoint, Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        CheckpointInfo info = ReadInfo(checkpoint);
        ReadOnlySpan<float> arrays = MemoryMarshal.Cast<byte, float>(ReadArrays(checkpoint, info, trainer.Model.Shape));
        int n = (int)info.Shape.ParameterCount;
        arrays[..n].CopyTo(trainer.Model.Weights);
        arrays.Slice(n, n).CopyTo(trainer.FirstMoments);
        arrays.Slice(2 * n, n).CopyTo(trainer.SecondMoments);
        trainer.Resume(info.State);
    }

    /// <summary>Copies a checkpoint's weights alone, to generate or to export.</summary>
    /// <exception cref="WinnowException">The files are broken or belong to a decoder of other sizes.</exception>
    public static void RestoreWeights(string checkpoint, LlamaDecoder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        CheckpointInfo info = ReadInfo(checkpoint);
        MemoryMarshal.Cast<byte, float>(ReadArrays(checkpoint, info, model.Shape))[..(int)info.Shape.ParameterCount].CopyTo(model.Weights);
    }

    private static byte[] ReadArrays(string checkpoint, CheckpointInfo info, DecoderShape expected)
    {
        if (!JsonNode.DeepEquals(JsonSerializer.SerializeToNode(info.Shape), JsonSerializer.SerializeToNode(expected)))
        {
            throw new WinnowException($"{checkpoint} holds a decoder of {info.Shape}; this one has {expected}.");
        }
        string path = Path.Combine(checkpoint, "arrays.f32");
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (IOException e)
        {
            throw new WinnowException($"{path} cannot be read: {e.Message}", e);
        }
        long wanted = 3 * sizeof(float) * info.Shape.ParameterCount;
        if (bytes.Length != wanted)
        {
            throw new WinnowException($"{path} has {bytes.Length} bytes; {wanted} were expected. Use an earlier checkpoint.");
        }
        return string.Equals(Convert.ToHexStringLower(SHA256.HashData(bytes)), info.Sha256, StringComparison.OrdinalIgnoreCase)
            ? bytes
            : throw new WinnowException($"{path} does not have the SHA-256 that training.json names. Use an earlier checkpoint.");
    }

    private static byte[] Arrays(Trainer trainer)
    {
        int n = (int)trainer.Model.Shape.ParameterCount;
        byte[] bytes = new byte[3 * sizeof(float) * n];
        Span<float> arrays = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        trainer.Model.Weights.CopyTo(arrays);
        trainer.FirstMoments.CopyTo(arrays[n..]);
        trainer.SecondMoments.CopyTo(arrays[(2 * n)..]);
        return bytes;
    }

    private static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using FileStream stream = File.Create(path);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    private void Prune()
    {
        foreach (string old in Numbered().SkipLast(Kept))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    private List<string> Numbered() => Directory.Exists(Folder)
        ? [.. Directory.GetDirectories(Folder, StepPrefix + "*").Order(StringComparer.Ordinal)]
        : [];
}
