using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Tasks;

namespace Winnow.Search.Chat;

/// <summary>Answers each request with a strategy over many draws from the inner client.</summary>
/// <remarks>
/// The response is the chosen candidate's text; its usage is the sum over all draws, with the parts in
/// <see cref="UsageDetails.AdditionalCounts"/>, and its <see cref="ChatResponse.RawRepresentation"/> is the
/// <see cref="SearchResult"/>. Streaming yields the chosen answer once it is known. Register telemetry outside of
/// this client, a cache and retries inside. Thread-safe: the state of a request is its own.
/// </remarks>
public sealed class StrategyChatClient : DelegatingChatClient
{
    private readonly WinnowChatOptions _options;
    private readonly IAnswerKey _answers;

    /// <summary>A client that spends a budget on each request.</summary>
    /// <exception cref="ArgumentException">The options cannot be used; the message says what they lack.</exception>
    public StrategyChatClient(IChatClient innerClient, WinnowChatOptions options) : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is [_, ..] faults)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }
        _options = options;
        _answers = options.KeyOfAnswers();
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        IReadOnlyList<ChatMessage> conversation = [.. messages];
        (IProposer proposer, Func<IReadOnlyList<ChatMessage>, string> prompt) = Proposer(conversation, options);
        Problem problem = ChatProblem.Of(conversation, prompt, _answers);
        var ledger = new Ledger(new Budget { MaxTokens = _options.MaxTokens, MaxCalls = _options.MaxDraws });
        ulong seed = options?.Seed is { } own ? Seeds.Derive(_options.Seed, "request", unchecked((int)own)) : _options.Seed;
        var context = new SearchContext { Ledger = ledger, Uniforms = new HashedUniforms(seed) };
        SearchResult result = await _options.Create(options?.Temperature).SolveAsync(problem, proposer, _options.Scorer, context, cancellationToken).ConfigureAwait(false);
        return Respond(result, proposer.Info.Name);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    private (IProposer Proposer, Func<IReadOnlyList<ChatMessage>, string> Prompt) Proposer(IReadOnlyList<ChatMessage> conversation, ChatOptions? request)
    {
        // A layer between here and the model (a cache, a budget, telemetry) is passed through by every draw; only a model
        // that stands right behind is reached for its tokens.
        if (InnerClient is not DelegatingChatClient && InnerClient.GetService(typeof(PromptedProposer)) is PromptedProposer prompted)
        {
            return (prompted.Proposer, prompted.Prompt);
        }
        var draws = new ChatDrawOptions
        {
            MaxAnswerTokens = request?.MaxOutputTokens ?? _options.MaxAnswerTokens,
            MaxConcurrency = _options.MaxConcurrency,
            Request = request,
        };
        return (new ChatProposer(InnerClient, draws, _ => conversation), static turns => string.Join('\n', turns.Select(turn => turn.Text)));
    }

    private static ChatResponse Respond(SearchResult result, string model)
    {
        if (result.Selected < 0 && result.Candidates.Count > 0 && result.Candidates.All(c => c.Answer.State == RowState.Failed))
        {
            throw new WinnowException($"All {result.Candidates.Count} draws failed; the first said: {result.Candidates[0].Answer.Reason}");
        }
        int shown = result.Selected >= 0 ? result.Selected : FirstWithText(result.Candidates);
        string text = shown < 0 ? "" : result.Candidates[shown].Answer.Text;
        Usage used = result.Usage;
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text))
        {
            ModelId = model,
            FinishReason = shown >= 0 && result.Candidates[shown].Answer.State == RowState.Cut ? ChatFinishReason.Length : ChatFinishReason.Stop,
            RawRepresentation = result,
            Usage = new UsageDetails
            {
                InputTokenCount = used.PromptTokens,
                OutputTokenCount = used.TokensGenerated,
                TotalTokenCount = used.PromptTokens + used.TokensGenerated + used.ScorerTokens,
                AdditionalCounts = new AdditionalPropertiesDictionary<long>
                {
                    ["winnow.candidates"] = result.Candidates.Count,
                    ["winnow.calls"] = used.Calls,
                    ["winnow.scorer_tokens"] = used.ScorerTokens,
                    ["winnow.forward_tokens"] = used.ForwardTokens,
                    ["winnow.failures"] = result.Candidates.Count(c => c.Key is null),
                },
            },
        };
    }

    private static int FirstWithText(IReadOnlyList<Candidate> candidates)
    {
        for (int i = 0; i < candidates.Count; i++)
        {
            if (candidates[i].Answer.Text.Length > 0)
            {
                return i;
            }
        }
        return -1;
    }
}
