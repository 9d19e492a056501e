using System.Numerics.Tensors;

namespace Winnow.Decoding.Stages;

/// <summary>Turns logits into log-probabilities over what is left. The distribution stays; what later adds or multiplies depends on it.</summary>
public sealed record LogSoftmax : SamplerStage
{
    /// <inheritdoc/>
    public override string Name => "log-softmax";

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings => "";

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state) => Apply(ref candidates);

    internal static void Apply(ref Candidates candidates)
    {
        float normalizer = (float)candidates.LogNormalizer;
        Span<float> logits = candidates.Edit();
        TensorPrimitives.Subtract(logits, normalizer, logits);
    }
}
