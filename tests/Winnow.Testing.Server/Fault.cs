namespace Winnow.Testing.Server;

/// <summary>What goes wrong with one request.</summary>
public enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>429 without a word on when to come back.</summary>
    TooManyRequests,

    /// <summary>429 with Retry-After in seconds.</summary>
    RetryAfterSeconds,

    /// <summary>429 with Retry-After as a date.</summary>
    RetryAfterDate,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>The answer is drawn, and nothing is ever sent.</summary>
    Stall,

    /// <summary>The connection is closed in the middle of the answer.</summary>
    CutStream,

    /// <summary>200 with text that is not JSON.</summary>
    InvalidJson,

    /// <summary>200 with no choices.</summary>
    EmptyChoices,

    /// <summary>The right answer with token counts that cannot be true.</summary>
    WrongTokenCounts,

    /// <summary>The seed is ignored: every such request has the same answer.</summary>
    SameAnswer,
}
