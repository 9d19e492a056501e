using Winnow.Decoding.Beams;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Generation;

/// <summary>Contrastive search as a decoding method: one text, the same every time.</summary>
/// <param name="Alpha">α, weight of being different from the context; 0 … 1.</param>
/// <remarks>Source and cost: <see cref="ContrastiveSearch"/>.</remarks>
public sealed record ContrastiveDecoding(double Alpha) : DecodingMethod
{
    /// <summary>α.</summary>
    public double Alpha { get; } = Stages.Limits.Within(Alpha, 0, 1, "It is the weight of being different; 0.6 is usual.");

    /// <summary>Candidates a token; at least 1.</summary>
    public int K { get; init => field = Stages.Limits.AtLeast(value, 1, "4 to 10 is usual."); } = 5;

    /// <inheritdoc/>
    public override string Name => "contrastive";

    private protected override IReadOnlyList<DecodedText> Decode(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken)
    {
        if (options.Samples > 1)
        {
            throw new ArgumentException($"{options.Samples} texts are asked for; contrastive search draws nothing and gives one.", nameof(options));
        }
        ContrastiveText found = ContrastiveSearch.Run(model, [.. prompt], Alpha, K, options.MaxTokens, options.EndTokens, cancellationToken);
        return [Text(model, options, [.. found.Tokens], found.LogProb, score: null)];
    }
}
