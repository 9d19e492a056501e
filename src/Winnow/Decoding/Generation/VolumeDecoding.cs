using Winnow.Decoding.Navigation;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Generation;

/// <summary>
/// As many texts as samples are asked for, from points that fill the unit cube evenly: a stratified sample. Each text alone
/// is distributed as a plain draw; together they agree better with the model than independent draws.
/// </summary>
/// <param name="Dimensions">Axes of the cube; one holds about 48 bits of a text. 0: one for each six tokens of the longest text, enough at 8 bits a token.</param>
/// <remarks>Source and cost: <see cref="VolumeCoder"/>; points: <see cref="SpaceFilling.ShiftedLattice"/>.</remarks>
public sealed record VolumeDecoding(int Dimensions) : DecodingMethod
{
    private const int TokensAnAxis = 6;

    /// <summary>Axes of the cube; 0: by the longest text.</summary>
    public int Dimensions { get; } = Stages.Limits.AtLeast(Dimensions, 0, "0 chooses by the longest text.");

    /// <inheritdoc/>
    public override string Name => "volume";

    private protected override IReadOnlyList<DecodedText> Decode(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken)
    {
        int axes = Dimensions > 0 ? Dimensions : (options.MaxTokens + TokensAnAxis - 1) / TokensAnAxis;
        double[] shift = [.. Enumerable.Range(0, axes).Select(axis => uniforms.Next("volume", options.Iteration, axis, 0))];
        IReadOnlyList<int>[] texts = new VolumeCoder(model, axes).Decode(
            [.. prompt], SpaceFilling.ShiftedLattice(options.Samples, shift), options.MaxTokens, options.EndTokens, cancellationToken);
        using ISession session = model.Open(RowLimits.For(model, prompt.Count, 1, options.MaxTokens));
        return [.. texts.Select(tokens => Text(model, options, [.. tokens], LogProb(session, [.. prompt], tokens), score: null))];
    }

    private static double LogProb(ISession session, int[] prompt, IReadOnlyList<int> tokens)
    {
        int row = session.Add(prompt);
        session.Forward(new TokenBatch([row], [tokens.Count], [.. tokens]), Read.LogProbs);
        double sum = 0;
        foreach (float logProb in session.LogProbs(row))
        {
            sum += logProb;
        }
        session.Reorder([]);
        return sum;
    }
}
