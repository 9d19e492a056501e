using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Decoders;

/// <summary>The weights of one block.</summary>
internal sealed class DecoderLayer : IDisposable
{
    private DecoderLayer(float[] attentionNorm, float[] queryNorm, float[] keyNorm, PackedMatrix queryKeyValue, PackedMatrix attentionOutput, float[] feedForwardNorm, PackedMatrix gateUp, PackedMatrix down)
    {
        AttentionNorm = attentionNorm;
        QueryNorm = queryNorm;
        KeyNorm = keyNorm;
        QueryKeyValue = queryKeyValue;
        AttentionOutput = attentionOutput;
        FeedForwardNorm = feedForwardNorm;
        GateUp = gateUp;
        Down = down;
    }

    public float[] AttentionNorm { get; }

    /// <summary>Shape [head width], for every head of queries; empty where there is no such norm.</summary>
    public float[] QueryNorm { get; }

    /// <summary>Shape [head width], for every head of keys; empty where there is no such norm.</summary>
    public float[] KeyNorm { get; }

    /// <summary>Queries of all heads, then keys, then values.</summary>
    public PackedMatrix QueryKeyValue { get; }

    public PackedMatrix AttentionOutput { get; }

    public float[] FeedForwardNorm { get; }

    /// <summary>The gate's outputs, then the other half's.</summary>
    public PackedMatrix GateUp { get; }

    public PackedMatrix Down { get; }

    /// <summary>Bytes that weights take.</summary>
    public long Bytes => QueryKeyValue.Bytes + AttentionOutput.Bytes + GateUp.Bytes + Down.Bytes + ((AttentionNorm.Length + QueryNorm.Length + KeyNorm.Length + FeedForwardNorm.Length) * sizeof(float));

    public static DecoderLayer Load(DecoderSettings settings, ICheckpoint checkpoint, int layer, bool keepsTypes, BufferArena memory)
    {
        int queries = settings.Heads * settings.HeadWidth;
        int keys = settings.KeyValueHeads * settings.HeadWidth;
        int inner = settings.FeedForwardWidth;
        string attention = DecoderTensors.Attention(layer);
        string feedForward = DecoderTensors.FeedForward(layer);
        return new DecoderLayer(
            DecoderTensors.ReadVector(checkpoint, DecoderTensors.AttentionNorm(layer), settings.Width),
            settings.HasHeadNorms ? DecoderTensors.ReadVector(checkpoint, DecoderTensors.QueryNorm(layer), settings.HeadWidth) : [],
            settings.HasHeadNorms ? DecoderTensors.ReadVector(checkpoint, DecoderTensors.KeyNorm(layer), settings.HeadWidth) : [],
            DecoderTensors.ReadMatrix(checkpoint, settings.Width, keepsTypes, memory,
                [($"{attention}.q_proj.weight", queries), ($"{attention}.k_proj.weight", keys), ($"{attention}.v_proj.weight", keys)]),
            DecoderTensors.ReadMatrix(checkpoint, queries, keepsTypes, memory, [($"{attention}.o_proj.weight", settings.Width)]),
            DecoderTensors.ReadVector(checkpoint, DecoderTensors.FeedForwardNorm(layer), settings.Width),
            DecoderTensors.ReadMatrix(checkpoint, settings.Width, keepsTypes, memory, [($"{feedForward}.gate_proj.weight", inner), ($"{feedForward}.up_proj.weight", inner)]),
            DecoderTensors.ReadMatrix(checkpoint, inner, keepsTypes, memory, [($"{feedForward}.down_proj.weight", settings.Width)]));
    }

    /// <summary>Appends all weights to a checksum.</summary>
    public void AppendTo(IncrementalHash hash)
    {
        foreach (float[] norm in new[] { AttentionNorm, QueryNorm, KeyNorm, FeedForwardNorm })
        {
            hash.AppendData(MemoryMarshal.AsBytes(norm.AsSpan()));
        }
        foreach (PackedMatrix matrix in new[] { QueryKeyValue, AttentionOutput, GateUp, Down })
        {
            matrix.AppendTo(hash);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        QueryKeyValue.Dispose();
        AttentionOutput.Dispose();
        GateUp.Dispose();
        Down.Dispose();
    }
}
