using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Winnow.Numerics;

namespace Winnow.Testing.Server;

/// <summary>
/// An OpenAI-compatible HTTP server on a free port of this machine, with faults by plan. It counts what it serves.
/// </summary>
public sealed class ChatServer : IAsyncDisposable
{
    private const int SmallestTimeToRead = 1;

    private readonly WebApplication _application;
    private readonly ChatServerOptions _options;
    private readonly IAnswerer _answerer;
    private readonly TimeProvider _time;
    private readonly RateLimit? _limit;

    private ChatServer(ChatServerOptions options, IAnswerer answerer, TimeProvider time)
    {
        (_options, _answerer, _time) = (options, answerer, time);
        _limit = options.CallsPerSecond is { } rate ? new RateLimit(rate, options.Burst, time) : null;
        Served = new ServedCounts(options.KeepsCalls, options.Seen);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _application = builder.Build();
        _application.MapGet("/v1/models", ModelsAsync);
        _application.MapPost("/v1/chat/completions", CompleteAsync);
    }

    /// <summary>What was served so far.</summary>
    public ServedCounts Served { get; }

    /// <summary>Base address, <c>/v1</c> included.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/v1");

    /// <summary>The model as the command line names it.</summary>
    public string Spec => $"openai:{_options.Model}@{Address}";

    /// <summary>Starts a server.</summary>
    /// <param name="answerer">Draws; disposed with the server.</param>
    /// <param name="options">What it can do; null: everything, without faults.</param>
    /// <param name="time">Clock of the rate limit and of dates; null: the system's.</param>
    public static async Task<ChatServer> StartAsync(IAnswerer answerer, ChatServerOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(answerer);
        ChatServer server = new(options ?? new(), answerer, time ?? TimeProvider.System);
        await server._application.StartAsync();
        IServerAddressesFeature addresses = server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Address = new Uri(new Uri(addresses.Addresses.First()), "/v1");
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource soon = new(TimeSpan.FromSeconds(1), _time);
        await _application.StopAsync(soon.Token);
        await _application.DisposeAsync();
        _answerer.Dispose();
    }

    private Task ModelsAsync(HttpContext context)
    {
        if (!HasKey(context))
        {
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, "The key is wrong.", "invalid_api_key");
        }
        return context.Response.WriteAsJsonAsync(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["object"] = "list",
            ["data"] = new[] { new Dictionary<string, object>(StringComparer.Ordinal) { ["id"] = _options.Model, ["object"] = "model", ["created"] = 1_700_000_000, ["owned_by"] = "winnow" } },
        }, context.RequestAborted);
    }

    private async Task CompleteAsync(HttpContext context)
    {
        int number = Served.Begin();
        try
        {
            await ServeAsync(context, number);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The client has gone; what was drawn for it is counted already.
        }
        finally
        {
            Served.End();
        }
    }

    private async Task ServeAsync(HttpContext context, int number)
    {
        if (!HasKey(context))
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "The key is wrong.", "invalid_api_key");
            return;
        }
        ChatRequest request;
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            string? model = body.RootElement.GetProperty("model").GetString();
            if (model != _options.Model)
            {
                await RefuseAsync(context, StatusCodes.Status404NotFound, $"The model {model} does not exist.", "model_not_found");
                return;
            }
            request = ChatRequest.Parse(body.RootElement);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, error.Message, "invalid_request_error");
            return;
        }
        string? key = context.Request.Headers.Authorization.ToString() is { Length: > 7 } header ? header[7..] : null;
        ServedCall call = new(number, _options.Faults.Of(number), request.Seed, request.Choices, request.MaxTokens, 0, 0, key);
        if (_limit?.TryEnter() == false)
        {
            Served.Limited();
            call = call with { Fault = Fault.RetryAfterSeconds };
        }
        if (_options.Latency > TimeSpan.Zero && call.Fault is not (Fault.RetryAfterSeconds or Fault.RetryAfterDate or Fault.TooManyRequests))
        {
            await Task.Delay(_options.Latency, _time, context.RequestAborted);
        }
        if (await RefusedAsync(context, call))
        {
            Served.Add(call);
            return;
        }
        await AnswerAsync(context, call, request with { Continues = request.Continues && _options.ContinuesPartialAnswers });
    }

    private async Task<bool> RefusedAsync(HttpContext context, ServedCall call)
    {
        switch (call.Fault)
        {
            case Fault.RetryAfterSeconds:
                context.Response.Headers.RetryAfter = _options.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests.", "rate_limit_exceeded");
                return true;
            case Fault.RetryAfterDate:
                context.Response.Headers.RetryAfter = _time.GetUtcNow().AddSeconds(_options.RetryAfterSeconds).ToString("R", CultureInfo.InvariantCulture);
                await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests.", "rate_limit_exceeded");
                return true;
            case Fault.TooManyRequests:
                await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests.", "rate_limit_exceeded");
                return true;
            case Fault.ServerError:
                await RefuseAsync(context, StatusCodes.Status500InternalServerError, "Something broke.", "server_error");
                return true;
            case Fault.Unavailable:
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "Come back later.", "overloaded");
                return true;
            default:
                return false;
        }
    }

    private async Task AnswerAsync(HttpContext context, ServedCall call, ChatRequest request)
    {
        int choices = _options.HasN ? Math.Clamp(request.Choices, 1, 128) : 1;
        ulong seed = call.Fault == Fault.SameAnswer ? 0
            : _options.HasSeed && request.Seed is { } given ? Seeds.Derive(unchecked((ulong)given), "request")
            : Seeds.Derive(1, "unseeded", call.Number);
        DrawnAnswer[] answers = [.. Enumerable.Range(0, choices).Select(choice => _answerer.Draw(request, choice == 0 ? seed : Seeds.Derive(seed, "choice", choice), context.RequestAborted))];
        call = call with { PromptTokens = answers[0].PromptTokens, CompletionTokens = answers.Sum(answer => answer.CompletionTokens) };
        Served.Add(call);
        (long Prompt, long Completion) usage = call.Fault != Fault.WrongTokenCounts ? (call.PromptTokens, call.CompletionTokens)
            : (call.Number % 3) switch { 0 => (call.PromptTokens, -7), 1 => (call.PromptTokens, 1_000_000), _ => (-1, 0) };
        switch (call.Fault)
        {
            case Fault.Stall:
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, context.RequestAborted);
                return;
            case Fault.InvalidJson:
                await SendAsync(context, "{\"id\":\"chatcmpl\",\"choices\":[{\"message\""u8.ToArray());
                return;
            case Fault.EmptyChoices:
                await SendAsync(context, AnswerWriter.Whole(_options.Model, call.Number, _options, request, [], usage));
                return;
            default:
                break;
        }
        if (request.Streams)
        {
            await StreamAsync(context, call, AnswerWriter.Events(_options.Model, call.Number, _options, request, answers, usage));
            return;
        }
        byte[] body = AnswerWriter.Whole(_options.Model, call.Number, _options, request, answers, usage);
        if (call.Fault == Fault.CutStream)
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }
        await SendAsync(context, body);
    }

    private async Task StreamAsync(HttpContext context, ServedCall call, IEnumerable<byte[]> events)
    {
        context.Response.ContentType = "text/event-stream";
        int sent = 0;
        foreach (byte[] one in events)
        {
            await context.Response.Body.WriteAsync(one, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (call.Fault == Fault.CutStream && ++sent == 3)
            {
                // What was sent must be out before the connection is cut, or the client sees a refusal instead.
                await Task.Delay(SmallestTimeToRead, context.RequestAborted);
                context.Abort();
                return;
            }
        }
        await context.Response.Body.WriteAsync("data: [DONE]\n\n"u8.ToArray(), context.RequestAborted);
    }

    private static async Task SendAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, int status, string message, string code)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["error"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["message"] = message, ["type"] = code, ["param"] = null, ["code"] = code },
        }, context.RequestAborted);
    }

    private bool HasKey(HttpContext context) => _options.Key is null || context.Request.Headers.Authorization.ToString() == "Bearer " + _options.Key;
}
