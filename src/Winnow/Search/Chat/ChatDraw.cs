using Microsoft.Extensions.AI;
using Winnow.Budgets;

namespace Winnow.Search.Chat;

/// <summary>One request that extends one row: asked, accounted for, and typed whatever happens.</summary>
internal sealed class ChatDraw(IChatClient client, ChatDrawOptions settings, IReadOnlyList<ChatMessage> messages, ILedger ledger)
{
    /// <summary>Extends a row.</summary>
    /// <param name="row">What it is so far.</param>
    /// <param name="lease">The first attempt's reservation.</param>
    /// <param name="atMost">Its worst case.</param>
    /// <param name="rule">How the tokens are drawn.</param>
    /// <param name="seed">Seed of the request.</param>
    /// <param name="cancellationToken">Stops the wait; what was under way is charged in full, since nobody knows what it used.</param>
    /// <returns>The row as it is now, and what this took: repeated and failed requests included, the call that was charged with the row apart.</returns>
    public async Task<(PartialAnswer Row, Usage Used)> ExtendAsync(PartialAnswer row, Lease lease, Usage atMost, StepRule rule, long seed, CancellationToken cancellationToken)
    {
        ChatOptions request = settings.Request?.Clone() ?? new ChatOptions();
        request.Temperature = (float)rule.Temperature;
        request.MaxOutputTokens = (int)atMost.TokensGenerated;
        request.Seed = seed;
        IReadOnlyList<ChatMessage> sent = messages;
        if (row.Text.Length > 0)
        {
            sent = [.. messages, new ChatMessage(ChatRole.Assistant, row.Text)];
            request.AskToContinue();
        }
        string? boundary = rule.ToEnd || string.IsNullOrEmpty(rule.Boundary) ? null : rule.Boundary;
        if (boundary is not null)
        {
            request.StopSequences = [.. request.StopSequences ?? [], boundary];
        }
        using ChatAttempts attempts = new(ledger, lease, atMost);
        attempts.Enter();
        ChatResponse response;
        try
        {
            response = await client.GetResponseAsync(sent, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            ChatCallException? call = ChatCallException.Within(failure);
            FailureKind kind = call?.Kind ?? FailureKind.Other;
            attempts.Ended(kind);
            if (failure is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            return (row with { State = RowState.Failed, Failure = kind, Reason = (call ?? failure).Message }, attempts.Spent);
        }
        attempts.Succeeded(Used(response, atMost, out int generated));
        return (Extended(row, response, generated, atMost, boundary), attempts.Spent);
    }

    private static PartialAnswer Extended(PartialAnswer row, ChatResponse response, int generated, Usage atMost, string? boundary)
    {
        string drawn = response.Text;
        bool cut = response.FinishReason == ChatFinishReason.Length;
        bool stepEnded = !cut && boundary is not null && response.StopText() == boundary;
        string text = row.Text + drawn + (stepEnded ? boundary : "");
        bool isEmpty = !cut && text.Length == 0;
        PartialAnswer next = row with
        {
            Text = text,
            StepEnds = text.Length > row.Text.Length ? [.. row.StepEnds, text.Length] : row.StepEnds,
            StepLogProbs = LogProbs(row, response, text.Length > row.Text.Length),
            TokenCount = row.TokenCount + generated,
        };
        return cut ? next with { State = RowState.Cut, Reason = $"it reached the limit of {atMost.TokensGenerated} tokens" }
            : isEmpty ? next with { State = RowState.Failed, Failure = FailureKind.Empty, Reason = "the answer was empty" }
            : next with { State = stepEnded ? RowState.Active : RowState.Finished };
    }

    // An endpoint that reports no usage, or one that cannot be true, is charged what was reserved.
    private Usage Used(ChatResponse response, Usage atMost, out int tokens)
    {
        long told = response.Usage?.OutputTokenCount ?? -1;
        int seen = response.Tokens()?.Count ?? Math.Sign(response.Text.Length);
        long generated = told >= seen && told <= atMost.TokensGenerated ? told : atMost.TokensGenerated;
        tokens = (int)generated;
        long prompt = Math.Max(0, response.Usage?.InputTokenCount ?? 0);
        bool isKnown = response.Usage?.InputTokenCount is > 0 && prompt <= atMost.PromptTokens;
        return new Usage
        {
            TokensGenerated = generated,
            PromptTokens = prompt,
            ForwardTokens = prompt + generated,
            Cost = settings.Prices?.CostOf(isKnown ? prompt : atMost.PromptTokens, generated) ?? 0,
        };
    }

    private static IReadOnlyList<double>? LogProbs(PartialAnswer row, ChatResponse response, bool isLonger)
    {
        if (response.Tokens() is not { } tokens || (row.Steps > 0 && row.StepLogProbs is null))
        {
            return null;
        }
        double sum = tokens.Sum(token => token.LogProb);
        return !isLonger ? row.StepLogProbs ?? [] : [.. row.StepLogProbs ?? [], sum];
    }
}
