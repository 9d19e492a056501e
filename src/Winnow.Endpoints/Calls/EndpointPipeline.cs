using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Winnow.Search;
using Winnow.Search.Chat;

namespace Winnow.Endpoints.Calls;

/// <summary>Retries and deadlines, fit for long generations.</summary>
internal static class EndpointPipeline
{
    /// <summary>The pipeline: a deadline in total around retries. Each attempt holds its own deadline, which begins when it is sent.</summary>
    public static ResiliencePipeline<HttpResponseMessage> Build(EndpointOptions options, TimeProvider time)
    {
        ResiliencePipelineBuilder<HttpResponseMessage> builder = new() { TimeProvider = time };
        builder.AddTimeout(new TimeoutStrategyOptions { Timeout = options.TotalDeadline });
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                ShouldRetryAfterHeader = true,
                ShouldHandle = static arguments => ValueTask.FromResult(IsWorthAnother(arguments)),
            });
        }
        return builder.Build();
    }

    private static bool IsWorthAnother(RetryPredicateArguments<HttpResponseMessage> arguments) => arguments.Outcome switch
    {
        { Exception: ChatCallException call } => call.Kind is FailureKind.TimedOut or FailureKind.Unreachable or FailureKind.CutOff or FailureKind.Unreadable or FailureKind.Empty,
        { Result: { } response } => FailureKinds.OfStatus(response.StatusCode) is FailureKind.RateLimited or FailureKind.ServerError or FailureKind.TimedOut,
        _ => false,
    };
}

/// <summary>What a status of HTTP means for a draw.</summary>
internal static class FailureKinds
{
    /// <summary>The kind; null for success.</summary>
    public static FailureKind? OfStatus(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => null,
        408 => FailureKind.TimedOut,
        429 => FailureKind.RateLimited,
        >= 500 => FailureKind.ServerError,
        _ => FailureKind.Refused,
    };
}
