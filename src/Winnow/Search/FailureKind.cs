namespace Winnow.Search;

/// <summary>How a draw failed.</summary>
public enum FailureKind
{
    /// <summary>Something that none of the others describes.</summary>
    Other,

    /// <summary>The endpoint refused for its rate limit (429), and still did after the retries.</summary>
    RateLimited,

    /// <summary>The endpoint answered with an error of its own (5xx).</summary>
    ServerError,

    /// <summary>The endpoint refused the request (4xx): key, model name or content.</summary>
    Refused,

    /// <summary>No connection.</summary>
    Unreachable,

    /// <summary>No answer within the deadline.</summary>
    TimedOut,

    /// <summary>The connection ended within the answer.</summary>
    CutOff,

    /// <summary>What came is not an answer: no JSON, another shape, or longer than is accepted.</summary>
    Unreadable,

    /// <summary>An answer without choices or without text.</summary>
    Empty,

    /// <summary>It could not be tried again within the budget.</summary>
    Budget,
}
