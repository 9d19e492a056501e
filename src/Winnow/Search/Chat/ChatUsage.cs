using Microsoft.Extensions.AI;
using Winnow.Budgets;

namespace Winnow.Search.Chat;

/// <summary>What a response is charged. What an endpoint reports is believed only where it can be true.</summary>
internal static class ChatUsage
{
    /// <summary>The charge of a response, calls apart.</summary>
    /// <param name="response">What came.</param>
    /// <param name="seen">Tokens that it has at least.</param>
    /// <param name="atMost">What was reserved; charged where nothing that can be true is reported.</param>
    /// <param name="prices">What tokens cost; null: money is not counted.</param>
    public static Usage Of(ChatResponse response, int seen, in Usage atMost, TokenPrices? prices)
    {
        long told = response.Usage?.OutputTokenCount ?? -1;
        long generated = told >= seen && told <= atMost.TokensGenerated ? told : atMost.TokensGenerated;
        long prompt = Math.Max(0, response.Usage?.InputTokenCount ?? 0);
        bool isKnown = response.Usage?.InputTokenCount is > 0 && prompt <= atMost.PromptTokens;
        return new Usage
        {
            TokensGenerated = generated,
            PromptTokens = prompt,
            ForwardTokens = prompt + generated,
            Cost = prices?.CostOf(isKnown ? prompt : atMost.PromptTokens, generated) ?? 0,
        };
    }
}
