using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Http.Resilience;
using OpenAI;
using Winnow.Budgets;
using Winnow.Endpoints.Calls;
using Winnow.Endpoints.Probing;
using Winnow.Search.Chat;

namespace Winnow.Endpoints;

/// <summary>An OpenAI-compatible endpoint: its connections, retries, deadlines and pace, shared by all clients made from it.</summary>
/// <remarks>
/// Failed requests (408, 429, 5xx, no connection, no answer in time, a cut or unreadable answer) are repeated: after
/// what Retry-After says, else with exponential backoff and jitter. There is no circuit breaker, and the client library's
/// own retries are off. What still fails throws <see cref="ChatCallException"/>. Thread-safe.
/// </remarks>
public sealed class OpenAIEndpoint : IDisposable
{
    private readonly HttpClient _http;
    private readonly IChatClient _inner;

    private OpenAIEndpoint(EndpointSpec spec, EndpointOptions options, HttpClient http, CallGate gate, string key)
    {
        (Spec, Options, _http, Gate) = (spec, options, http, gate);
        OpenAIClientOptions settings = new()
        {
            Endpoint = spec.Url,
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            EnableDistributedTracing = false,
        };
        _inner = new OpenAIClient(new ApiKeyCredential(key), settings).GetChatClient(spec.Model).AsIChatClient();
    }

    /// <summary>Where and what it is.</summary>
    public EndpointSpec Spec { get; }

    /// <summary>How it is talked to.</summary>
    public EndpointOptions Options { get; }

    /// <summary>Requests that may be under way at once now, as its refusals have taught.</summary>
    public int Concurrency => Gate.Window;

    internal CallGate Gate { get; }

    /// <summary>Opens an endpoint; nothing is sent yet.</summary>
    /// <param name="spec">Where and what.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="variable">Reads environment variables; null: those of the process.</param>
    /// <param name="time">Clock of deadlines and waits; null: the system's.</param>
    /// <exception cref="ArgumentException">The key is missing, or would be sent without encryption.</exception>
    public static OpenAIEndpoint Open(EndpointSpec spec, EndpointOptions? options = null, Func<string, string?>? variable = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        options ??= new();
        time ??= TimeProvider.System;
        string key = EndpointKey.Of(spec, options, variable ?? Environment.GetEnvironmentVariable);
        CallGate gate = new(new CallPace(options.MaxConcurrency), time);
        SocketsHttpHandler sockets = new()
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            MaxConnectionsPerServer = options.MaxConcurrency,
            AllowAutoRedirect = false,
        };
        ResilienceHandler retries = new(EndpointPipeline.Build(options, time)) { InnerHandler = new AttemptHandler(gate, options, time) { InnerHandler = sockets } };
        HttpClient http = new(new GateHandler(gate) { InnerHandler = retries }) { Timeout = Timeout.InfiniteTimeSpan };
        return new OpenAIEndpoint(spec, options, http, gate, key);
    }

    /// <summary>A chat client on this endpoint. It does not own the endpoint.</summary>
    /// <param name="capabilities">What the endpoint can do, as <see cref="ProbeAsync"/> found; null: nothing is relied on and log-probabilities are not asked for.</param>
    public IChatClient CreateChatClient(ChatCapabilities? capabilities = null) => new EndpointChatClient(_inner, Spec, Options.KeyVariable, capabilities);

    /// <summary>Finds out what the endpoint can do. Costs up to eight short requests.</summary>
    /// <exception cref="ChatCallException">It cannot be reached, or refuses: the key, the model's name.</exception>
    public Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken = default) => EndpointProbe.RunAsync(this, cancellationToken);

    /// <summary>The most that <see cref="ProbeAsync"/> uses, repeated requests apart.</summary>
    /// <param name="prices">What tokens cost; null: money is not counted.</param>
    public static Usage ProbeAtMost(TokenPrices? prices = null) => EndpointProbe.AtMost(prices);

    /// <inheritdoc/>
    public void Dispose()
    {
        _inner.Dispose();
        _http.Dispose();
    }
}
