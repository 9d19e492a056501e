using System.Text;
using Microsoft.Extensions.AI;
using Winnow.Budgets;

namespace Winnow.Search.Chat;

/// <summary>A request that is paid for, and the rows it is to extend.</summary>
/// <param name="Rows">Numbers of the rows. Several only where all are empty.</param>
/// <param name="Lease">The first attempt's reservation.</param>
/// <param name="AtMost">Its worst case, of all rows together.</param>
internal sealed record ChatCall(IReadOnlyList<int> Rows, Lease Lease, Usage AtMost)
{
    /// <summary>Most tokens of one answer.</summary>
    public int MaxTokens => (int)(AtMost.TokensGenerated / Rows.Count);
}

/// <summary>Requests that extend rows: asked, accounted for, and typed whatever happens.</summary>
internal sealed class ChatDraw(IChatClient client, ChatDrawOptions settings, IReadOnlyList<ChatMessage> messages, ILedger ledger)
{
    /// <summary>Extends the rows of a request.</summary>
    /// <param name="row">What they are so far.</param>
    /// <param name="call">The request.</param>
    /// <param name="rule">How the tokens are drawn.</param>
    /// <param name="seed">Seed of the request.</param>
    /// <param name="cancellationToken">Stops the wait; what was under way is charged in full, since nobody knows what it used.</param>
    /// <returns>Each row as it is now, and its share of what this took: repeated and failed requests included, the call that was charged with the row apart.</returns>
    public async Task<IReadOnlyList<(PartialAnswer Row, Usage Used)>> ExtendAsync(PartialAnswer row, ChatCall call, StepRule rule, long seed, CancellationToken cancellationToken)
    {
        string? boundary = rule.ToEnd || string.IsNullOrEmpty(rule.Boundary) ? null : rule.Boundary;
        (IReadOnlyList<ChatMessage> sent, ChatOptions request) = Prepared(row, call, rule, boundary, seed);
        using ChatAttempts attempts = new(ledger, call.Lease, call.AtMost);
        attempts.Enter();
        ChatResponse response;
        try
        {
            response = await client.GetResponseAsync(sent, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            ChatCallException? known = ChatCallException.Within(failure);
            FailureKind kind = known?.Kind ?? FailureKind.Other;
            attempts.Ended(kind);
            if (attempts.Stopped is { } stopped)
            {
                throw stopped;
            }
            if (failure is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            PartialAnswer failed = row with { State = RowState.Failed, Failure = kind, Reason = (known ?? failure).Message };
            return [.. call.Rows.Select((_, i) => (failed, attempts.Spent.Part(i, call.Rows.Count)))];
        }
        IReadOnlyList<ChatAnswer> answers = response.Answers();
        Usage used = ChatUsage.Of(response, answers.Sum(answer => answer.Tokens?.Count ?? Math.Sign(answer.Text.Length)), call.AtMost, settings.Prices);
        attempts.Succeeded(used);
        long[] tokens = TokensOf(answers, call.Rows.Count, used.TokensGenerated);
        Usage shared = attempts.Spent - new Usage { TokensGenerated = used.TokensGenerated, ForwardTokens = used.TokensGenerated };
        return
        [
            .. call.Rows.Select((_, i) => (
                i < answers.Count ? Extended(row, answers[i], (int)tokens[i], call.MaxTokens, boundary) : Missing(row, answers.Count, call.Rows.Count),
                shared.Part(i, call.Rows.Count) + new Usage { TokensGenerated = tokens[i], ForwardTokens = tokens[i] })),
        ];
    }

    private (IReadOnlyList<ChatMessage> Sent, ChatOptions Request) Prepared(PartialAnswer row, ChatCall call, StepRule rule, string? boundary, long seed)
    {
        ChatOptions request = settings.Request?.Clone() ?? new ChatOptions();
        request.Temperature = (float)rule.Temperature;
        request.MaxOutputTokens = call.MaxTokens;
        request.Seed = seed;
        IReadOnlyList<ChatMessage> sent = messages;
        if (row.Text.Length > 0)
        {
            sent = [.. messages, new ChatMessage(ChatRole.Assistant, row.Text)];
            request.AskToContinue();
        }
        if (boundary is not null)
        {
            request.StopSequences = [.. request.StopSequences ?? [], boundary];
        }
        if (call.Rows.Count > 1)
        {
            request.AskForSeveral(call.Rows.Count);
        }
        return (sent, request);
    }

    private static PartialAnswer Extended(PartialAnswer row, ChatAnswer answer, int generated, int maxTokens, string? boundary)
    {
        bool stepEnded = !answer.IsCut && boundary is not null && answer.StopText == boundary;
        string text = row.Text + answer.Text + (stepEnded ? boundary : "");
        bool isEmpty = !answer.IsCut && text.Length == 0;
        bool isLonger = text.Length > row.Text.Length;
        PartialAnswer next = row with
        {
            Text = text,
            StepEnds = isLonger ? [.. row.StepEnds, text.Length] : row.StepEnds,
            StepLogProbs = LogProbs(row, answer.Tokens, isLonger),
            TokenCount = row.TokenCount + generated,
        };
        return answer.IsCut ? next with { State = RowState.Cut, Reason = $"it reached the limit of {maxTokens} tokens" }
            : isEmpty ? next with { State = RowState.Failed, Failure = FailureKind.Empty, Reason = "the answer was empty" }
            : next with { State = stepEnded ? RowState.Active : RowState.Finished };
    }

    private static PartialAnswer Missing(PartialAnswer row, int came, int asked) =>
        row with { State = RowState.Failed, Failure = FailureKind.Empty, Reason = $"{came} answers came to a request for {asked}" };

    /// <summary>What each answer has of the tokens of all: in the ratio of their tokens where those are told, else of their lengths. They add up to all.</summary>
    private static long[] TokensOf(IReadOnlyList<ChatAnswer> answers, int rows, long all)
    {
        bool isTold = answers.All(answer => answer.Tokens is not null);
        var tokens = new long[rows];
        // Each has an end besides what is seen of it.
        long whole = answers.Take(rows).Sum(Weight);
        long before = 0;
        for (int i = 0; i < Math.Min(rows, answers.Count); i++)
        {
            long after = before + Weight(answers[i]);
            tokens[i] = all * after / whole - all * before / whole;
            before = after;
        }
        return tokens;

        long Weight(ChatAnswer answer) => 1 + (isTold ? answer.Tokens!.Count : Encoding.UTF8.GetByteCount(answer.Text));
    }

    private static IReadOnlyList<double>? LogProbs(PartialAnswer row, IReadOnlyList<ChatToken>? tokens, bool isLonger) =>
        tokens is null || (row.Steps > 0 && row.StepLogProbs is null) ? null
        : isLonger ? [.. row.StepLogProbs ?? [], tokens.Sum(token => token.LogProb)]
        : row.StepLogProbs ?? [];
}
