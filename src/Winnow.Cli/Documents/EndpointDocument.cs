using Winnow.Endpoints;
using Winnow.Endpoints.Probing;

namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow models openai:MODEL@URL --json</c> writes.</summary>
internal sealed record EndpointDocument
{
    public string Schema { get; init; } = "winnow.endpoint/1";

    public required string Name { get; init; }

    public required string Url { get; init; }

    public required bool HonoursSeed { get; init; }

    public required bool DrawsSeveral { get; init; }

    public required bool HasLogProbs { get; init; }

    public required bool ContinuesAnswers { get; init; }

    public required bool TellsStopText { get; init; }

    /// <summary>Whether beam search and particle methods can work with it.</summary>
    public required bool CanStep { get; init; }

    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>What finding out took.</summary>
    public required int Requests { get; init; }

    public required long PromptTokens { get; init; }

    public required long TokensGenerated { get; init; }

    public static EndpointDocument Of(EndpointSpec spec, ProbeResult found) => new()
    {
        Name = spec.Model,
        Url = spec.Url.ToString(),
        HonoursSeed = found.Capabilities.HonoursSeed,
        DrawsSeveral = found.Capabilities.DrawsSeveral,
        HasLogProbs = found.Capabilities.HasLogProbs,
        ContinuesAnswers = found.Capabilities.ContinuesAnswers,
        TellsStopText = found.Capabilities.TellsStopText,
        CanStep = found.Capabilities.CanStep,
        Findings = found.Findings,
        Requests = found.Requests,
        PromptTokens = found.PromptTokens,
        TokensGenerated = found.TokensGenerated,
    };
}
