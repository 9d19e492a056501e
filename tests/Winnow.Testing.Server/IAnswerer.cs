namespace Winnow.Testing.Server;

/// <summary>A token of an answer, with what else could have come.</summary>
/// <param name="Bytes">UTF-8; may be a part of a character.</param>
/// <param name="LogProb">Natural log, untempered.</param>
/// <param name="Top">The most probable tokens, best first.</param>
public sealed record DrawnToken(ReadOnlyMemory<byte> Bytes, double LogProb, IReadOnlyList<(ReadOnlyMemory<byte> Bytes, double LogProb)> Top);

/// <summary>An answer.</summary>
/// <param name="PromptTokens">Tokens read.</param>
/// <param name="CompletionTokens">Tokens drawn, end included.</param>
/// <param name="Text">What is sent.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="FinishReason"><c>stop</c> or <c>length</c>.</param>
/// <param name="StoppedBy">The stop text that ended it; null where the model did.</param>
public sealed record DrawnAnswer(int PromptTokens, int CompletionTokens, string Text, IReadOnlyList<DrawnToken> Tokens, string FinishReason, string? StoppedBy);

/// <summary>Draws answers for a server. Thread-safe.</summary>
public interface IAnswerer : IDisposable
{
    /// <summary>Draws an answer: a pure function of the request and the seed.</summary>
    DrawnAnswer Draw(ChatRequest request, ulong seed, CancellationToken cancellationToken);
}
