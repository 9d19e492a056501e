namespace Winnow.Endpoints;

/// <summary>How an endpoint is talked to.</summary>
public sealed record EndpointOptions
{
    /// <summary>Environment variable that holds the key. Default: <c>OPENAI_API_KEY</c>.</summary>
    public string KeyVariable
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(KeyVariable));
            field = value;
        }
    } = "OPENAI_API_KEY";

    /// <summary>Whether the key may be sent without encryption to another machine. Default: no. This machine is always allowed.</summary>
    public bool AllowsKeyOverPlainHttp { get; init; }

    /// <summary>Most requests under way at once; fewer when the endpoint refuses some (429). Unit: requests; 1 … 1,024; default 32.</summary>
    public int MaxConcurrency { get; init => field = InRange(value, 1, 1024, nameof(MaxConcurrency)); } = 32;

    /// <summary>How often a failed request is repeated. Unit: requests; 0 … 20; default 5.</summary>
    public int MaxRetries { get; init => field = InRange(value, 0, 20, nameof(MaxRetries)); } = 5;

    /// <summary>Longest time of one attempt, its whole answer included; in a stream, of the wait for the next piece. Default: 2 minutes.</summary>
    public TimeSpan CallDeadline { get; init => field = Positive(value, nameof(CallDeadline)); } = TimeSpan.FromMinutes(2);

    /// <summary>Longest time of a request with its retries and the waits between them. Default: 10 minutes.</summary>
    public TimeSpan TotalDeadline { get; init => field = Positive(value, nameof(TotalDeadline)); } = TimeSpan.FromMinutes(10);

    /// <summary>Wait before the first retry where the endpoint names none; it doubles with each, with jitter. Default: 0.5 seconds.</summary>
    public TimeSpan RetryDelay { get; init => field = Positive(value, nameof(RetryDelay)); } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest such wait. Default: 30 seconds. A Retry-After is obeyed whatever it says, within <see cref="TotalDeadline"/>.</summary>
    public TimeSpan MaxRetryDelay { get; init => field = Positive(value, nameof(MaxRetryDelay)); } = TimeSpan.FromSeconds(30);

    /// <summary>Longest response that is read. Unit: bytes; at least 1,024; default 16 MiB.</summary>
    public int MaxResponseBytes { get; init => field = InRange(value, 1024, int.MaxValue, nameof(MaxResponseBytes)); } = 16 << 20;

    private static int InRange(int value, int low, int high, string name) => value >= low && value <= high
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must lie in {low} … {high}.");

    private static TimeSpan Positive(TimeSpan value, string name) => value > TimeSpan.Zero && value <= TimeSpan.FromHours(24)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be longer than 0 and at most 24 hours.");
}
