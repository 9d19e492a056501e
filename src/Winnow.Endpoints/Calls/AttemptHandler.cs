using System.Net.Http.Headers;
using Winnow.Search;
using Winnow.Search.Chat;

namespace Winnow.Endpoints.Calls;

/// <summary>One attempt of a request: paid for, paced, read within bounds, and typed.</summary>
internal sealed class AttemptHandler(CallGate gate, EndpointOptions options, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!GateHandler.TakePlace(request))
        {
            await gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        }
        using CancellationTokenSource clock = new(options.CallDeadline, time);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        ChatAttempts? attempts = ChatAttempts.Current;
        FailureKind? failure = FailureKind.Other;
        bool isBegun = false;
        try
        {
            isBegun = attempts?.TryBegin() != false;
            if (!isBegun)
            {
                throw new ChatCallException(FailureKind.Budget, "The request failed, and the budget has no room for another try.");
            }
            HttpResponseMessage response = await AnswerAsync(request, deadline.Token).ConfigureAwait(false);
            failure = FailureKinds.OfStatus(response.StatusCode);
            return response;
        }
        catch (ChatCallException error)
        {
            failure = error.Kind;
            throw;
        }
        catch (OperationCanceledException error)
        {
            failure = FailureKind.TimedOut;
            if (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            throw new ChatCallException(
                FailureKind.TimedOut, $"{request.RequestUri?.Host} gave no answer within {options.CallDeadline.TotalSeconds:G4} seconds. Raise the deadline, or ask for shorter answers.", error);
        }
        finally
        {
            gate.Leave(isAnswered: failure is null, isRefused: failure == FailureKind.RateLimited);
            if (failure is { } kind && isBegun)
            {
                attempts?.Failed(kind);
            }
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
                ? new ChatCallException(FailureKind.Unreachable, $"{request.RequestUri?.Host}:{request.RequestUri?.Port} cannot be reached: {error.Message}. Check the address, and whether the server is running.", error)
                : new ChatCallException(FailureKind.CutOff, $"The connection ended before an answer came: {error.Message}", error);
        }
        bool isTaken = false;
        try
        {
            await ReadAsync(response, cancellationToken).ConfigureAwait(false);
            isTaken = true;
            return response;
        }
        finally
        {
            if (!isTaken)
            {
                response.Dispose();
            }
        }
    }

    private async Task ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        HttpContentHeaders headers = response.Content.Headers;
        if (response.IsSuccessStatusCode && headers.ContentType?.MediaType == "text/event-stream")
        {
            Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            Replace(response, new StreamContent(new BoundedStream(stream, options.MaxResponseBytes, options.CallDeadline, time)));
            return;
        }
        byte[] body = await BodyAsync(response.Content, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            IReadOnlyList<Choice> choices = ResponseReader.Choices(body);
            if (Exchange.Current is { } exchange)
            {
                exchange.Choices = choices;
            }
        }
        Replace(response, new ByteArrayContent(body));
    }

    private async Task<byte[]> BodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                using MemoryStream body = new();
                byte[] buffer = new byte[8192];
                int read;
                while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    if (body.Length + read > options.MaxResponseBytes)
                    {
                        throw new ChatCallException(FailureKind.Unreadable, $"The answer is longer than {options.MaxResponseBytes} bytes.");
                    }
                    body.Write(buffer, 0, read);
                }
                return body.ToArray();
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new ChatCallException(FailureKind.CutOff, $"The connection ended within the answer: {error.Message}", error);
        }
    }

    private static void Replace(HttpResponseMessage response, HttpContent content)
    {
        content.Headers.ContentType = response.Content.Headers.ContentType;
        response.Content = content;
    }
}
