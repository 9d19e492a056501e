namespace Winnow.Testing.Server;

/// <summary>What a server can do, and how it misbehaves.</summary>
public sealed record ChatServerOptions
{
    /// <summary>Name of the model in <c>/v1/models</c>.</summary>
    public string Model { get; init; } = "embedded-small";

    /// <summary>What goes wrong.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>Time before each answer.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Requests a second that are let in; others get 429. Null: no limit.</summary>
    public double? CallsPerSecond { get; init; }

    /// <summary>Requests that may come at once under <see cref="CallsPerSecond"/>.</summary>
    public int Burst { get; init; } = 10;

    /// <summary>Seconds that Retry-After names where the rate limit or <see cref="Fault.RetryAfterSeconds"/> refuses.</summary>
    public int RetryAfterSeconds { get; init; } = 1;

    /// <summary>Whether <c>n</c> is honoured; else one choice comes whatever is asked.</summary>
    public bool HasN { get; init; } = true;

    /// <summary>Whether <c>seed</c> is honoured; else each request draws anew.</summary>
    public bool HasSeed { get; init; } = true;

    /// <summary>Whether <c>logprobs</c> is honoured; else there are none in the answer.</summary>
    public bool HasLogProbs { get; init; } = true;

    /// <summary>Whether a last message of the assistant is continued where <c>continue_final_message</c> asks for it; else the question is answered anew.</summary>
    public bool ContinuesPartialAnswers { get; init; } = true;

    /// <summary>Whether a choice says in <c>stop_reason</c> which stop text ended it.</summary>
    public bool SaysWhatStopped { get; init; } = true;

    /// <summary>Key that requests must carry; null: none is looked at.</summary>
    public string? Key { get; init; }

    /// <summary>Whether every served call is kept, besides being counted.</summary>
    public bool KeepsCalls { get; init; } = true;

    /// <summary>Told of every served call, from any thread, before its answer is sent; null: nobody listens.</summary>
    public Action<ServedCall>? Seen { get; init; }
}
