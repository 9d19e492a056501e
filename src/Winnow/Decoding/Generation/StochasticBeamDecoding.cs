using Winnow.Decoding.Beams;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Generation;

/// <summary>As many different texts as samples are asked for, drawn from the model without replacement.</summary>
/// <remarks>Source and cost: <see cref="StochasticBeamSearch"/>. The score is the perturbed log-probability: the order of the draws.</remarks>
public sealed record StochasticBeamDecoding : DecodingMethod
{
    /// <inheritdoc/>
    public override string Name => "stochastic-beam";

    private protected override IReadOnlyList<DecodedText> Decode(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken) =>
        [.. StochasticBeamSearch.Run(model, [.. prompt], options.Samples, options.MaxTokens, options.EndTokens, uniforms, cancellationToken)
            .Select(drawn => Text(model, options, drawn.Tokens.AsSpan(), drawn.LogProb, drawn.Perturbed))];
}
