using Winnow.Metrics.Checklists;

namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow metrics HYP --json</c> writes.</summary>
internal sealed record MetricsDocument
{
    public string Schema { get; init; } = "winnow.metrics/1";

    public required string Hypotheses { get; init; }

    public required IReadOnlyList<string> References { get; init; }

    public string? Baseline { get; init; }

    public required int Texts { get; init; }

    public required ulong Seed { get; init; }

    public required IReadOnlyList<MetricDocument> Results { get; init; }

    public required IReadOnlyList<MetricTestDocument> Tests { get; init; }

    /// <summary>Metrics that were asked for and cannot be computed here, with the reason.</summary>
    public required IReadOnlyList<LeftOutMetricDocument> LeftOut { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>A score; without an interval where texts cannot be resampled.</summary>
internal sealed record MetricDocument(string Metric, string Name, double Score, double? CiLow, double? CiHigh, bool? HigherIsBetter, string Signature);

/// <summary>A score beside that of the baseline: hypotheses less baseline.</summary>
internal sealed record MetricTestDocument(string Metric, double Baseline, double Difference, double CiLow, double CiHigh, double PBootstrap, double PRandomization);

/// <summary>A metric that was left out.</summary>
internal sealed record LeftOutMetricDocument(string Metric, string Reason);

/// <summary>What <c>winnow metrics --checklist --json</c> writes.</summary>
internal sealed record ChecklistDocument
{
    public string Schema { get; init; } = "winnow.checklist/1";

    public required IReadOnlyList<GenerationTask> Tasks { get; init; }

    public required IReadOnlyList<GenerationChallenge> Challenges { get; init; }
}
