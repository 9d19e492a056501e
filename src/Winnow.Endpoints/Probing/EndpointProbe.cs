using Microsoft.Extensions.AI;
using Winnow.Budgets;
using Winnow.Endpoints.Calls;
using Winnow.Search;
using Winnow.Search.Chat;

namespace Winnow.Endpoints.Probing;

/// <summary>Finds out by short requests what an endpoint can do; what it claims is not believed.</summary>
/// <remarks>
/// Seeds: two equal draws with one seed and another with a different one. Log-probabilities: asked for, and looked at. Several
/// answers: two are asked for. Continuation: the greedy answer is cut in the middle and its first half handed back; an
/// endpoint that continues it writes the second half, one that does not begins anew. Stop texts: a text from the middle of
/// the greedy answer must be named as what stopped it.
/// </remarks>
internal sealed class EndpointProbe(OpenAIEndpoint endpoint)
{
    private const string Question = "Write down what comes to your mind, in a few short lines.";
    /// <summary>Requests of a probe at most.</summary>
    public const int MostRequests = 8;

    private const int PromptTokensAtMost = 512;
    private const int DrawTokens = 24;
    private const int GreedyTokens = 48;
    private const int Shown = 6;

    private readonly List<string> _findings = [];
    private int _requests;
    private long _prompt;
    private long _generated;

    /// <summary>The most that a probe uses, its retries apart.</summary>
    public static Usage AtMost(TokenPrices? prices)
    {
        const long Generated = MostRequests * GreedyTokens;
        return new Usage { Calls = MostRequests, TokensGenerated = Generated, Cost = prices?.CostOf(MostRequests * PromptTokensAtMost, Generated) ?? 0 };
    }

    public static Task<ProbeResult> RunAsync(OpenAIEndpoint endpoint, CancellationToken cancellationToken) => new EndpointProbe(endpoint).RunAsync(cancellationToken);

    private async Task<ProbeResult> RunAsync(CancellationToken cancellationToken)
    {
        ChatResponse first = await DrawAsync(new ChatCapabilities(), seed: 11, cancellationToken).ConfigureAwait(false);
        bool logProbs = await LogProbsAsync(cancellationToken).ConfigureAwait(false);
        bool seed = await SeedAsync(first.Text, cancellationToken).ConfigureAwait(false);
        bool several = await SeveralAsync(cancellationToken).ConfigureAwait(false);
        (bool continues, bool tells) = await StepsAsync(cancellationToken).ConfigureAwait(false);
        return new ProbeResult
        {
            Capabilities = new ChatCapabilities
            {
                HonoursSeed = seed,
                DrawsSeveral = several,
                HasLogProbs = logProbs,
                ContinuesAnswers = continues,
                TellsStopText = tells,
            },
            Findings = _findings,
            Requests = _requests,
            PromptTokens = _prompt,
            TokensGenerated = _generated,
        };
    }

    private Task<ChatResponse> DrawAsync(ChatCapabilities asFor, long seed, CancellationToken cancellationToken) =>
        AskAsync(asFor, [new ChatMessage(ChatRole.User, Question)], new ChatOptions { Temperature = 1, MaxOutputTokens = DrawTokens, Seed = seed }, 1, cancellationToken);

    private async Task<bool> LogProbsAsync(CancellationToken cancellationToken)
    {
        // Some endpoints refuse a parameter that they do not know; that is an answer too.
        (ChatResponse? response, string? refusal) = await TryAsync(() => DrawAsync(new ChatCapabilities { HasLogProbs = true }, seed: 12, cancellationToken)).ConfigureAwait(false);
        bool has = response?.Tokens() is { Count: > 0 };
        _findings.Add(has ? "Log-probabilities of drawn tokens are told." : refusal is null ? "Log-probabilities are asked for and not told." : $"Log-probabilities are refused: {refusal}");
        return has;
    }

    private async Task<bool> SeedAsync(string first, CancellationToken cancellationToken)
    {
        (ChatResponse? again, string? refusal) = await TryAsync(() => DrawAsync(new ChatCapabilities(), seed: 11, cancellationToken)).ConfigureAwait(false);
        ChatResponse? other = again is null ? null : (await TryAsync(() => DrawAsync(new ChatCapabilities(), seed: 13, cancellationToken)).ConfigureAwait(false)).Response;
        bool isSame = again?.Text == first;
        bool isOther = other is not null && other.Text != first;
        _findings.Add(
            refusal is not null ? $"Seeds are refused: {refusal}"
            : !isSame ? "Seeds are not honoured: the same seed gave two answers."
            : isOther ? "Seeds are honoured."
            : "Different seeds gave the same answer: draws are not independent, or the model is certain.");
        return isSame && isOther;
    }

    private async Task<bool> SeveralAsync(CancellationToken cancellationToken)
    {
        ChatOptions options = new() { Temperature = 1, MaxOutputTokens = DrawTokens, Seed = 14 };
        IReadOnlyList<Choice> choices = [];
        (ChatResponse? response, string? refusal) = await TryAsync(() => AskAsync(new ChatCapabilities(), [new ChatMessage(ChatRole.User, Question)], options, 2, cancellationToken, got => choices = got)).ConfigureAwait(false);
        bool has = response is not null && choices.Count == 2;
        _findings.Add(has ? "Several answers to one request are drawn." : refusal is null ? $"Two answers to one request were asked for, {choices.Count} came." : $"Several answers to one request are refused: {refusal}");
        return has;
    }

    private async Task<(bool Continues, bool TellsStop)> StepsAsync(CancellationToken cancellationToken)
    {
        ChatResponse whole = await AskAsync(new ChatCapabilities(), [new ChatMessage(ChatRole.User, Question)], Greedy(), 1, cancellationToken).ConfigureAwait(false);
        string text = whole.Text;
        if (Middle(text) is not { } middle)
        {
            _findings.Add("Continuing a partial answer was not tried: the greedy answer is too short or repeats itself.");
            return (false, false);
        }
        ChatOptions options = Greedy();
        options.AskToContinue();
        ChatMessage[] messages = [new(ChatRole.User, Question), new(ChatRole.Assistant, text[..middle])];
        (ChatResponse? rest, string? refusal) = await TryAsync(() => AskAsync(new ChatCapabilities(), messages, options, 1, cancellationToken)).ConfigureAwait(false);
        bool continues = rest is not null && rest.Text.StartsWith(text.AsSpan(middle, Shown), StringComparison.Ordinal);
        _findings.Add(continues ? "A partial answer is continued." : refusal is null ? "A partial answer is not continued: the endpoint begins anew." : $"Continuing a partial answer is refused: {refusal}");

        ChatOptions stopping = Greedy();
        stopping.StopSequences = [text.Substring(middle, Shown)];
        (ChatResponse? stopped, _) = await TryAsync(() => AskAsync(new ChatCapabilities(), [new ChatMessage(ChatRole.User, Question)], stopping, 1, cancellationToken)).ConfigureAwait(false);
        bool tells = stopped?.StopText() == stopping.StopSequences[0];
        _findings.Add(tells ? "It is told which stop text ended an answer." : "It is not told which stop text ended an answer.");
        return (continues, tells);
    }

    private static ChatOptions Greedy() => new() { Temperature = 0, MaxOutputTokens = GreedyTokens, Seed = 1 };

    // Where what follows occurs once in the answer only, so that a beginning anew cannot look like it. Cut before a line or a word begins,
    // since a cut within a token would be read as other tokens than were drawn.
    private static int? Middle(string text)
    {
        int[] places = [.. Enumerable.Range(1, Math.Max(0, text.Length - Shown - 1))
            .Where(place => char.IsWhiteSpace(text[place]) && !char.IsWhiteSpace(text[place - 1]))
            .Where(place => text.IndexOf(text.Substring(place, Shown), StringComparison.Ordinal) == place)
            .OrderBy(place => Math.Abs(place - text.Length / 2))];
        return places is [var best, ..] ? best : null;
    }

    private async Task<ChatResponse> AskAsync(
        ChatCapabilities asFor, IEnumerable<ChatMessage> messages, ChatOptions options, int count, CancellationToken cancellationToken, Action<IReadOnlyList<Choice>>? choices = null)
    {
        _requests++;
        using var client = (EndpointChatClient)endpoint.CreateChatClient(asFor);
        (ChatResponse response, IReadOnlyList<Choice> got) = await client.AskAsync(messages, options, count, cancellationToken).ConfigureAwait(false);
        _prompt += Math.Max(0, response.Usage?.InputTokenCount ?? 0);
        _generated += Math.Max(0, response.Usage?.OutputTokenCount ?? 0);
        choices?.Invoke(got);
        return response;
    }

    private static async Task<(ChatResponse? Response, string? Refusal)> TryAsync(Func<Task<ChatResponse>> ask)
    {
        try
        {
            return (await ask().ConfigureAwait(false), null);
        }
        catch (ChatCallException error) when (error.Kind is FailureKind.Refused or FailureKind.ServerError or FailureKind.Empty or FailureKind.Unreadable)
        {
            return (null, error.Message);
        }
    }
}
