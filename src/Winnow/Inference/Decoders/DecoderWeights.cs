using Winnow.Inference.Checkpoints;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Decoders;

/// <summary>The weights of a decoder, widened to single precision and laid out for the matrix product. Immutable once loaded.</summary>
internal sealed class DecoderWeights : IDisposable
{
    private readonly AlignedBuffer _embedding;

    private DecoderWeights(DecoderSettings settings, AlignedBuffer embedding)
    {
        Settings = settings;
        _embedding = embedding;
        Rotary = new RotaryTable(settings);
    }

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

    /// <summary>The embedding of a token, shape [d].</summary>
    public ReadOnlySpan<float> Embedding(int token) => _embedding.Span((long)token * Settings.Width, Settings.Width);

    /// <summary>Reads all weights; shapes are compared with the settings before anything is allocated.</summary>
    /// <exception cref="WinnowException">A tensor is missing, has another shape, or is not known.</exception>
    public static DecoderWeights Load(DecoderSettings settings, ICheckpoint checkpoint)
    {
        if (settings.Rotary.Scaling == RotaryScaling.LongRope)
        {
            throw new WinnowException($"{checkpoint.Source}: longrope changes its frequencies with the length of the sequence; the decoder supports every other rotary scaling.");
        }
        DecoderTensors.Check(settings, checkpoint);
        int width = settings.Width;
        var embedding = new AlignedBuffer((long)settings.VocabularySize * width);
        var weights = new DecoderWeights(settings, embedding);
        try
        {
            DecoderTensors.ReadRows(checkpoint, DecoderTensors.Embedding, settings.VocabularySize, width, (token, row) => row.CopyTo(embedding.Span((long)token * width, row.Length)));
            weights.Layers = [.. Enumerable.Range(0, settings.Layers).Select(layer => DecoderLayer.Load(settings, checkpoint, layer))];
            weights.FinalNorm = DecoderTensors.ReadVector(checkpoint, DecoderTensors.FinalNorm, width);
            weights.Classifier = checkpoint.Tensors.ContainsKey(DecoderTensors.Score) ? TokenClassificationHead.Load(checkpoint, width) : null;
            string? head = DecoderTensors.HeadName(settings, checkpoint);
            weights.Head = head is null ? null : DecoderTensors.ReadMatrix(checkpoint, width, [(head, settings.VocabularySize)]);
            weights.Parameters = checkpoint.Tensors.Values.Where(t => t.Name != DecoderTensors.Head || !settings.IsTied).Sum(t => t.Count);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _embedding.Dispose();
        Head?.Dispose();
        foreach (DecoderLayer layer in Layers)
        {
            layer.Dispose();
        }
    }
}
