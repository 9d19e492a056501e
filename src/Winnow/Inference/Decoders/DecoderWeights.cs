using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Decoders;

/// <summary>The weights of a decoder, laid out for the matrix product. Immutable once loaded.</summary>
internal sealed class DecoderWeights : IDisposable
{
    /// <summary>Up to here a model counts as small. Unit: numbers.</summary>
    public const long MostSmallNumbers = 8 << 20;

    private readonly Lazy<byte[]> _checksum;
    private EmbeddingTable? _embedding;

    private DecoderWeights(DecoderSettings settings)
    {
        Settings = settings;
        Rotary = new RotaryTable(settings);
        _checksum = new Lazy<byte[]>(ComputeChecksum);
    }

    /// <summary>
    /// SHA-256 of all that decides what a pass computes: the settings, the weights as they are laid out here, and the
    /// build of this library. Computed when it is first asked for. Unit: 32 bytes.
    /// </summary>
    public ReadOnlySpan<byte> Checksum => _checksum.Value;

    public DecoderSettings Settings { get; }

    public RotaryTable Rotary { get; }

    public IReadOnlyList<DecoderLayer> Layers { get; private set; } = [];

    public float[] FinalNorm { get; private set; } = [];

    /// <summary>The output matrix; null for a model that scores tokens instead of predicting them.</summary>
    public PackedMatrix? Head { get; private set; }

    /// <summary>The head that scores tokens; null for a language model.</summary>
    public TokenClassificationHead? Classifier { get; private set; }

    /// <summary>Numbers of the checkpoint, tied ones counted once.</summary>
    public long Parameters { get; private set; }

    /// <summary>Bytes that weights take.</summary>
    public long Bytes => (_embedding?.Bytes ?? 0) + (Head?.Bytes ?? 0) + Layers.Sum(layer => layer.Bytes) + (FinalNorm.Length * sizeof(float));

    /// <summary>Copies the embedding of a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="values">Shape [d].</param>
    public void CopyEmbedding(int token, Span<float> values)
    {
        if (_embedding is not null)
        {
            _embedding.CopyRow(token, values);
        }
        else
        {
            Head!.CopyRow(token, values);
        }
    }

    /// <summary>Reads all weights; shapes are compared with the settings before anything is allocated.</summary>
    /// <exception cref="WinnowException">A tensor is missing, has another shape or an unsupported type, or is not known.</exception>
    public static DecoderWeights Load(DecoderSettings settings, ICheckpoint checkpoint, WeightStorage storage)
    {
        if (settings.Rotary.Scaling == RotaryScaling.LongRope)
        {
            throw new WinnowException($"{checkpoint.Source}: longrope changes its frequencies with the length of the sequence; the decoder supports every other rotary scaling.");
        }
        DecoderTensors.Check(settings, checkpoint);
        int width = settings.Width;
        bool keepsTypes = storage == WeightStorage.AsStored
            || (storage == WeightStorage.Automatic && checkpoint.Tensors.Values.Sum(t => t.Count) > MostSmallNumbers);
        var weights = new DecoderWeights(settings);
        var layers = new List<DecoderLayer>(settings.Layers);
        long bytes = checkpoint.Tensors.Values.Sum(t => keepsTypes ? TensorTypes.Bytes(t.Type, t.Count) : t.Count * sizeof(float));
        // Panels are filled up to 32 outputs.
        using var memory = new BufferArena((bytes + (bytes / 32)) / sizeof(float));
        weights.Layers = layers;
        try
        {
            string? head = DecoderTensors.HeadName(settings, checkpoint);
            weights.Head = head is null ? null : DecoderTensors.ReadMatrix(checkpoint, width, keepsTypes, memory, [(head, settings.VocabularySize)]);
            weights._embedding = head == DecoderTensors.Embedding ? null : EmbeddingTable.Load(checkpoint, DecoderTensors.Embedding);
            for (int layer = 0; layer < settings.Layers; layer++)
            {
                layers.Add(DecoderLayer.Load(settings, checkpoint, layer, keepsTypes, memory));
            }
            weights.FinalNorm = DecoderTensors.ReadVector(checkpoint, DecoderTensors.FinalNorm, width);
            weights.Classifier = checkpoint.Tensors.ContainsKey(DecoderTensors.Score) ? TokenClassificationHead.Load(checkpoint, width) : null;
            weights.Parameters = checkpoint.Tensors.Values.Where(t => t.Name != DecoderTensors.Head || !settings.IsTied).Sum(t => t.Count);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private byte[] ComputeChecksum()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(typeof(DecoderWeights).Module.ModuleVersionId.ToByteArray());
        hash.AppendData([BitConverter.IsLittleEndian ? (byte)1 : (byte)0]);
        // A record prints all its members, but not what is in its lists.
        hash.AppendData(Encoding.UTF8.GetBytes(Settings.ToString()));
        foreach (IReadOnlyList<double> factors in new[] { Settings.Rotary.ShortFactors, Settings.Rotary.LongFactors })
        {
            hash.AppendData(MemoryMarshal.AsBytes<double>([.. factors]));
        }
        hash.AppendData(MemoryMarshal.AsBytes(FinalNorm.AsSpan()));
        Head?.AppendTo(hash);
        _embedding?.AppendTo(hash);
        foreach (DecoderLayer layer in Layers)
        {
            layer.AppendTo(hash);
        }
        return hash.GetHashAndReset();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _embedding?.Dispose();
        Head?.Dispose();
        foreach (DecoderLayer layer in Layers)
        {
            layer.Dispose();
        }
    }
}
