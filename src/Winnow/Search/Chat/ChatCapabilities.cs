namespace Winnow.Search.Chat;

/// <summary>What a chat client can do beyond answering, as <c>IChatClient.GetService</c> tells it.</summary>
public sealed record ChatCapabilities
{
    /// <summary>Whether equal seeds give equal answers and different ones different answers.</summary>
    public bool HonoursSeed { get; init; }

    /// <summary>Whether one request can ask for several answers.</summary>
    public bool DrawsSeveral { get; init; }

    /// <summary>Whether log-probabilities of the drawn tokens are told.</summary>
    public bool HasLogProbs { get; init; }

    /// <summary>Whether a partial answer at the end of the conversation is continued.</summary>
    public bool ContinuesAnswers { get; init; }

    /// <summary>Whether it is told which stop text ended an answer, so that the end of a step is not taken for the end of the answer.</summary>
    public bool TellsStopText { get; init; }

    /// <summary>Whether step-wise strategies can work with it.</summary>
    public bool CanStep => ContinuesAnswers && TellsStopText;

    /// <summary>Why they cannot, as a part of a sentence; null where they can.</summary>
    public string? WhyNoSteps => CanStep ? null
        : !ContinuesAnswers ? "it does not continue a partial answer"
        : "it does not tell which stop text ended an answer, so the end of a step looks like the end of the answer";
}
