using Winnow.Inference.Checkpoints;

namespace Winnow.Inference.Decoders;

/// <summary>
/// A linear head that scores tokens from their hidden state, as <c>LlamaForTokenClassification</c> has it. A process
/// reward model has one score, the logit that the step which ends with the token is right.
/// </summary>
public sealed class TokenClassificationHead
{
    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly int _width;

    private TokenClassificationHead(float[] weights, float[] bias, int width)
    {
        _weights = weights;
        _bias = bias;
        _width = width;
    }

    /// <summary>Scores of a token.</summary>
    public int Labels => _bias.Length;

    /// <summary>Scores a token.</summary>
    /// <param name="hidden">Shape [width]; the token's hidden state after the final norm.</param>
    /// <param name="scores">Shape [labels]; logits.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Score(ReadOnlySpan<float> hidden, Span<float> scores)
    {
        if (hidden.Length != _width || scores.Length != Labels)
        {
            throw new ArgumentException($"A hidden state has {_width} numbers and there are {Labels} scores; the spans have {hidden.Length} and {scores.Length}.", nameof(hidden));
        }
        for (int label = 0; label < scores.Length; label++)
        {
            ReadOnlySpan<float> row = _weights.AsSpan(label * _width, _width);
            double sum = _bias[label];
            for (int i = 0; i < row.Length; i++)
            {
                sum += (double)row[i] * hidden[i];
            }
            scores[label] = (float)sum;
        }
    }

    internal static TokenClassificationHead Load(ICheckpoint checkpoint, int width)
    {
        int labels = (int)checkpoint.Tensors[DecoderTensors.Score].Shape[0];
        var bias = new float[labels];
        if (checkpoint.Tensors.ContainsKey(DecoderTensors.ScoreBias))
        {
            checkpoint.ReadFloats(DecoderTensors.ScoreBias, bias);
        }
        return new TokenClassificationHead(DecoderTensors.ReadVector(checkpoint, DecoderTensors.Score, labels * width), bias, width);
    }
}
