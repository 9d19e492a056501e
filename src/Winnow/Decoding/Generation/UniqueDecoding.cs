using Winnow.Decoding.Beams;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Generation;

/// <summary>Different texts, drawn one after another without replacement.</summary>
/// <remarks>Source and cost: <see cref="UniqueSampler"/>. Fewer come where the model has no more texts.</remarks>
public sealed record UniqueDecoding : DecodingMethod
{
    /// <inheritdoc/>
    public override string Name => "unique";

    private protected override IReadOnlyList<DecodedText> Decode(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken)
    {
        using UniqueSampler sampler = new(model, [.. prompt], options.MaxTokens, options.EndTokens, uniforms);
        List<DecodedText> texts = [];
        while (texts.Count < options.Samples && sampler.Next(cancellationToken) is { } drawn)
        {
            texts.Add(Text(model, options, drawn.Tokens.AsSpan(), drawn.LogProb, score: null));
        }
        return texts;
    }
}
