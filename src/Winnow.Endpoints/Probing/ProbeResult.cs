using Winnow.Search.Chat;

namespace Winnow.Endpoints.Probing;

/// <summary>What an endpoint was found to do.</summary>
public sealed record ProbeResult
{
    /// <summary>What it can do.</summary>
    public required ChatCapabilities Capabilities { get; init; }

    /// <summary>What was seen, a sentence for each thing that was tried.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>Requests that it took, those repeated by the endpoint's retries not counted.</summary>
    public required int Requests { get; init; }

    /// <summary>Prompt tokens that it took, as the endpoint counts them.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Tokens that it drew, as the endpoint counts them.</summary>
    public required long TokensGenerated { get; init; }
}
