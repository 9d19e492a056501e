using Winnow.Decoding.Navigation;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Generation;

/// <summary>In-context navigation as a decoding method: different answers, each begun with a word that no other began with.</summary>
/// <param name="PerRun">Answers taken from one reading of the list of those found; at least 1; 1 reads it anew for each.</param>
/// <remarks>
/// Source and cost: <see cref="VocabularyNavigator"/>. The prompt is the instruction; a list of answers in quotes follows it.
/// Nothing is drawn: the same texts every time. Fewer come where the model runs out of first words, or says nothing.
/// </remarks>
public sealed record NavigationDecoding(int PerRun) : DecodingMethod
{
    /// <summary>Answers taken from one reading of the list.</summary>
    public int PerRun { get; } = Stages.Limits.AtLeast(PerRun, 1, "It is the number of answers taken from one reading of the list.");

    /// <inheritdoc/>
    public override string Name => "navigation";

    private protected override IReadOnlyList<DecodedText> Decode(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken)
    {
        string instruction = model.Vocabulary.Decode([.. prompt]);
        IReadOnlyList<NavigatedAnswer> answers = VocabularyNavigator.Run(model, instruction, VocabularyNavigator.ListPrompt(instruction), new NavigationOptions
        {
            Runs = (options.Samples + PerRun - 1) / PerRun,
            AnswersPerRun = PerRun,
            MaxTokens = options.MaxTokens,
        }, cancellationToken);
        return [.. answers.Where(answer => answer.Text.Length > 0).Take(options.Samples)
            .Select(answer => new DecodedText(answer.Text, [.. answer.Tokens], answer.LogProb, Score: null, answer.Finish))];
    }
}
