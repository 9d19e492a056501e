namespace Winnow.Metrics.Checklists;

/// <summary>A difficulty that all kinds of text generation share, as questions to answer before numbers are believed.</summary>
/// <param name="Id">Kebab-case.</param>
/// <param name="Name">For people.</param>
/// <param name="Questions">What to ask of one's own work.</param>
public sealed record GenerationChallenge(string Id, string Name, IReadOnlyList<string> Questions)
{
    /// <summary>The nine challenges of the review.</summary>
    /// <remarks>Source of the taxonomy: as <see cref="GenerationTask"/>; the questions are Winnow's own.</remarks>
    public static IReadOnlyList<GenerationChallenge> All { get; } =
    [
        new("bias", "Bias", ["Do scores hold for each group of people, dialect and topic, or only on average?", "Does swapping a name or a gender change the output where it should not?"]),
        new("reasoning", "Reasoning", ["Is the way to an answer checked, or only the answer?", "Does accuracy fall on problems with other numbers or one step more?"]),
        new("hallucination", "Hallucination", ["Which statements of the text can be checked, and against what?", "Is a metric of faithfulness reported beside those of overlap?"]),
        new("misuse", "Misuse", ["Who could be harmed by this output in large amounts?", "Is generated text marked as such where people read it?"]),
        new("privacy", "Privacy", ["Can training or prompt data be drawn out word by word? Search outputs for long copies.", "Are names, addresses and secrets kept out of logs and reports?"]),
        new("interpretability", "Interpretability", ["Can it be shown why this text was chosen among those drawn?", "Are failures looked at one by one, or only counted?"]),
        new("transparency", "Transparency", ["Are model, version, prompt, sampler, seed and budget written down with each number?", "Does every score carry its signature, an interval, and a paired test where two are compared?"]),
        new("datasets", "Datasets", ["Were the test texts, or near copies, in the training data?", "How many references has each text, who wrote them, and do they agree?"]),
        new("computing", "Computing", ["Were systems compared at equal cost in tokens?", "Would a smaller model with more draws do as well?"]),
    ];
}
