using System.Numerics;

namespace Winnow.Decoding.Stages;

/// <summary>Draws tokens whose probability is near a target, which adapts so that the mean probability drawn meets it. Stands last.</summary>
/// <param name="Target">Probability aimed at; 0 … 1.</param>
/// <param name="Decay">Memory of the mean; 0 … 0.99; default 0.9.</param>
/// <remarks>
/// Source: llama.cpp pull request 17927. Adapted target a = clamp(2·Target − mean, 0, 1); new logit 5 − 10·z²/(1 + z),
/// z = |p − a| / 0.3. Cost: O(candidates).
/// </remarks>
public sealed record AdaptiveP(double Target, double Decay = 0.9) : SamplerStage
{
    private const double Peak = 5, Sharpness = 10, Width = 0.3;

    /// <summary>Probability aimed at.</summary>
    public double Target { get; } = Limits.Within(Target, 0, 1, "It is a probability; leave the stage out to turn it off.");

    /// <summary>Memory of the mean.</summary>
    public double Decay { get; } = Limits.Within(Decay, 0, 0.99, "0.9 is usual.");

    /// <inheritdoc/>
    public override string Name => "adaptive-p";

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => StageText.Of(Target) + ":" + StageText.Of(Decay);

    /// <inheritdoc/>
    public override IStageState Open() => new Mean(Decay, Target / (1 - Decay), 1 / (1 - Decay));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        var mean = (Mean)state!;
        double adapted = Math.Clamp(2 * Target - mean.Value, 0, 1);
        double total = candidates.TotalWeight;
        ReadOnlySpan<float> weights = candidates.Weights;
        mean.Observe(ref candidates, total);
        Span<float> logits = candidates.Edit();
        int next = 0;
        if (Vector.IsHardwareAccelerated)
        {
            // z from the weight in one product and one difference; weights lie in [0, 1].
            Vector<float> scale = new((float)(1 / (total * Width))), centre = new((float)(adapted / Width));
            Vector<float> least = new(float.MinValue), gone = new(float.NegativeInfinity);
            for (; next <= logits.Length - Vector<float>.Count; next += Vector<float>.Count)
            {
                Vector<float> z = Vector.Abs(new Vector<float>(weights[next..]) * scale - centre);
                Vector<float> pulled = new Vector<float>((float)Peak) - (float)Sharpness * z * z / (Vector<float>.One + z);
                Vector.ConditionalSelect(Vector.GreaterThanOrEqual(new Vector<float>(logits[next..]), least), pulled, gone).CopyTo(logits[next..]);
            }
        }
        for (; next < logits.Length; next++)
        {
            if (float.IsFinite(logits[next]))
            {
                double z = Math.Abs(weights[next] / total - adapted) / Width;
                logits[next] = (float)(Peak - Sharpness * z * z / (1 + z));
            }
        }
    }

    private sealed class Mean(double decay, double weighted, double total) : IStageState
    {
        private int[] _ids = [];
        private float[] _probabilities = [];
        private int _count;
        private double _weighted = weighted;
        private double _total = total;

        public double Value => _weighted / _total;

        public void Observe(ref Candidates candidates, double normalizer)
        {
            _count = candidates.Count;
            if (_ids.Length < _count)
            {
                int room = Math.Max(_count, Math.Min(candidates.VocabularySize, 2 * _ids.Length));
                _ids = new int[room];
                _probabilities = new float[room];
            }
            candidates.CopyIds(_ids);
            System.Numerics.Tensors.TensorPrimitives.Divide(candidates.Weights, (float)normalizer, _probabilities);
        }

        public void Accept(int token)
        {
            int index = Array.BinarySearch(_ids, 0, _count, token);
            if (index >= 0)
            {
                _weighted = _probabilities[index] + decay * _weighted;
                _total = 1 + decay * _total;
                _count = 0;
            }
        }

        public IStageState Clone() => new Mean(decay, _weighted, _total)
        {
            _ids = _ids.AsSpan(0, _count).ToArray(),
            _probabilities = _probabilities.AsSpan(0, _count).ToArray(),
            _count = _count,
        };
    }
}
