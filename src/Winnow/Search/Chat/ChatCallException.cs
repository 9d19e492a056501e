namespace Winnow.Search.Chat;

/// <summary>A chat request failed, after whatever retries its client makes.</summary>
/// <param name="kind">How.</param>
/// <param name="message">What happened and what to do, for people.</param>
/// <param name="inner">The cause, where there is one.</param>
public sealed class ChatCallException(FailureKind kind, string message, Exception? inner = null) : WinnowException(message, inner)
{
    /// <summary>How it failed.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>The nearest such exception among an exception and its causes; null where there is none.</summary>
    public static ChatCallException? Within(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is ChatCallException call)
            {
                return call;
            }
        }
        return null;
    }
}
