using Winnow.Models;

namespace Winnow.Reproductions;

/// <summary>What claims about open-ended text are measured with.</summary>
/// <param name="Model">What writes.</param>
/// <param name="Judge">Another model of the same vocabulary, which says how likely it finds the text; null where there is none.</param>
/// <param name="Prompts">Texts to be continued.</param>
/// <param name="IsWriter">Whether the model was made to write long text. One that was not falls into loops behind its answer, which no truncation leads out of.</param>
public sealed record OpenEndedSetting(ILanguageModel Model, ILanguageModel? Judge, IReadOnlyList<string> Prompts, bool IsWriter);
