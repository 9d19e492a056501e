using Winnow.Decoding.Beams;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Generation;

/// <summary>Beam search, or with several groups diverse beam search, as a decoding method.</summary>
/// <param name="Beams">Hypotheses kept; at least 1.</param>
/// <remarks>Source and cost: <see cref="BeamSearch"/>. Stages of the chain act on the log-probabilities before beams are compared.</remarks>
public sealed record BeamDecoding(int Beams) : DecodingMethod
{
    /// <summary>Hypotheses kept.</summary>
    public int Beams { get; } = Stages.Limits.AtLeast(Beams, 1, "It is the number of hypotheses kept.");

    /// <summary>Groups kept apart; divides <see cref="Beams"/>.</summary>
    public int Groups { get; init => field = Stages.Limits.AtLeast(value, 1, "One group is ordinary beam search."); } = 1;

    /// <summary>λ of diverse beam search; nats; at least 0.</summary>
    public double Strength { get; init => field = Stages.Limits.Within(value, 0, double.MaxValue, "0.2 to 0.8 is usual."); }

    /// <summary>Power of the length that log-probabilities are divided by; 0 compares them as they are.</summary>
    public double LengthPenalty { get; init => field = Stages.Limits.Within(value, -16, 16, "1 is usual."); } = 1;

    /// <inheritdoc/>
    public override string Name => Groups > 1 ? "diverse-beam" : "beam";

    /// <inheritdoc/>
    public override bool UsesChain => true;

    private protected override IReadOnlyList<DecodedText> Decode(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken)
    {
        if (options.Samples > Beams)
        {
            throw new ArgumentException($"{options.Samples} texts are asked for, and {Beams} beams give at most {Beams}. Ask for fewer, or keep more beams.", nameof(options));
        }
        var found = BeamSearch.Run(model, [.. prompt], new BeamSearchOptions
        {
            Beams = Beams,
            Groups = Groups,
            DiversityStrength = Strength,
            LengthPenalty = LengthPenalty,
            MaxTokens = options.MaxTokens,
            EndTokens = options.EndTokens,
            Chain = options.Chain,
        }, cancellationToken);
        return [.. found.Take(options.Samples).Select(h => Text(model, options, h.Tokens.AsSpan(), h.LogProb, h.Score))];
    }
}
