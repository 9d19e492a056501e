using Winnow.Metrics.Corpora;

namespace Winnow.Cli.Verbs;

/// <summary>What <c>winnow metrics</c> was asked to measure.</summary>
internal sealed record MetricsRequest
{
    /// <summary>Metrics where none is named and there are references: closeness, repetition, variety and length side by side.</summary>
    public static readonly string[] UsualWithReferences = ["bleu", "chrf", "rouge-l", "rep-4", "distinct-2", "length-ratio"];

    /// <summary>Metrics where none is named and there are no references.</summary>
    public static readonly string[] UsualAlone = ["rep-4", "diversity", "distinct-1", "distinct-2", "self-bleu", "zipf"];

    public required string Hypotheses { get; init; }

    public required IReadOnlyList<string> References { get; init; }

    public string? Baseline { get; init; }

    public required IReadOnlyList<string> Metrics { get; init; }

    public required TextMetricSettings Settings { get; init; }

    public int Resamples { get; init; }

    public ulong Seed { get; init; }

    public bool Json { get; init; }

    /// <summary>What a metric needs and the request does not give; null where nothing is missing.</summary>
    public string? Missing(string name) =>
        TextMetrics.OfReferences.Contains(name, StringComparer.Ordinal) && References.Count == 0 ? "It compares with references, and there are none: give --ref FILE."
        : TextMetrics.OfEncoders.Contains(name, StringComparer.Ordinal) && Settings.Encoder is null ? "It reads texts with an encoder: give --encoder FOLDER."
        : TextMetrics.OfModels.Contains(name, StringComparer.Ordinal) && Settings.Surprisals is null ? "It reads texts with a model: give --model NAME, FOLDER or FILE."
        : null;
}
