using Winnow.Search.Chat;

namespace Winnow.Endpoints.Calls;

/// <summary>One choice of a response, with what the client library does not hand on.</summary>
/// <param name="Text">Its text.</param>
/// <param name="FinishReason">Why it ended, as the endpoint says.</param>
/// <param name="StopText">The stop text that ended it, where the endpoint tells.</param>
/// <param name="Tokens">Its tokens with log-probabilities, where there are any.</param>
internal sealed record Choice(string Text, string? FinishReason, string? StopText, IReadOnlyList<ChatToken>? Tokens);

/// <summary>What the transport saw of the running call. It flows with the call, below the client library.</summary>
internal sealed class Exchange
{
    private static readonly AsyncLocal<Exchange?> Flow = new();

    /// <summary>That of the running call; null outside.</summary>
    public static Exchange? Current => Flow.Value;

    /// <summary>The choices of the response that was taken; empty before it came, and for streams.</summary>
    public IReadOnlyList<Choice> Choices { get; set; } = [];

    /// <summary>Makes this the exchange of what the caller's flow awaits from here on.</summary>
    public void Enter() => Flow.Value = this;
}
