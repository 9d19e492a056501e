using Winnow.Decoding.Speculation;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Generation;

/// <summary>Speculative decoding as a decoding method: texts distributed exactly as those drawn token by token, in fewer passes of the model.</summary>
/// <param name="Draft">A quicker model with the same vocabulary; stays the caller's.</param>
/// <param name="Tokens">γ, tokens drafted a round; at least 1.</param>
/// <remarks>Source and cost: <see cref="SpeculativeDecoder"/>. Both models go through the chain.</remarks>
public sealed record SpeculativeDecoding(ILanguageModel Draft, int Tokens) : DecodingMethod
{
    /// <summary>The quicker model.</summary>
    public ILanguageModel Draft { get; } = Draft ?? throw new ArgumentNullException(nameof(Draft));

    /// <summary>Tokens drafted a round.</summary>
    public int Tokens { get; } = Stages.Limits.AtLeast(Tokens, 1, "It is the number of tokens drafted a round; 3 to 8 is usual.");

    /// <inheritdoc/>
    public override string Name => "speculative";

    /// <inheritdoc/>
    public override bool UsesChain => true;

    private protected override IReadOnlyList<DecodedText> Decode(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken)
    {
        TextGenerator.CheckPrompt(Draft, prompt);
        int mostTokens = Math.Min(options.MaxTokens, Draft.Info.ContextLength - prompt.Count);
        return [.. Enumerable.Range(0, options.Samples).Select(slot =>
        {
            SpeculativeResult drawn = SpeculativeDecoder.Run(
                model, Draft, [.. prompt], options.Chain, mostTokens, Tokens, options.EndTokens, uniforms, slot, cancellationToken);
            return Text(model, options, [.. drawn.Tokens], drawn.LogProb, score: null) with { Drafts = new DraftUse(drawn.Rounds, drawn.Drafted, drawn.Accepted) };
        })];
    }
}
