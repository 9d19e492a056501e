using Microsoft.Extensions.AI;
using Winnow.Budgets;

namespace Winnow.Search.Chat;

/// <summary>How answers are drawn from a chat client.</summary>
public sealed record ChatDrawOptions
{
    /// <summary>Most tokens of one answer; sent as the request's limit and reserved before each draw. Unit: tokens; at least 1; default 1,024.</summary>
    public int MaxAnswerTokens
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1024;

    /// <summary>Most requests under way at once. Unit: requests; 1 … 1,024; default 8. Results do not depend on it.</summary>
    public int MaxConcurrency
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            field = value;
        }
    } = 8;

    /// <summary>Most rows of one problem that are drawn together; null: as many as <see cref="MaxConcurrency"/>. Unit: rows; at least 1.</summary>
    public int? MaxActiveRows
    {
        get;
        init
        {
            if (value is { } rows)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1, nameof(MaxActiveRows));
            }
            field = value;
        }
    }

    /// <summary>
    /// Most answers that one request asks for. Unit: answers; 1 … 128; default 1. Only for clients that draw several
    /// (<see cref="ChatCapabilities.DrawsSeveral"/>). The prompt is then paid once for all of them, but a seed stands for
    /// a request instead of a draw, so that an answer also depends on which others it was asked for with. Each answer
    /// counts as a call.
    /// </summary>
    public int AnswersPerCall
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(AnswersPerCall));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 128, nameof(AnswersPerCall));
            field = value;
        }
    } = 1;

    /// <summary>What the model's tokens cost; null: money is not counted.</summary>
    public TokenPrices? Prices { get; init; }

    /// <summary>
    /// Prompt tokens that the endpoint may add on its own (chat template, system text), reserved with the prompt's bytes
    /// wherever money is counted. Unit: tokens; at least 0; default 256.
    /// </summary>
    public int HiddenPromptTokens
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = UsualHiddenPromptTokens;

    /// <summary>The default of <see cref="HiddenPromptTokens"/>.</summary>
    internal const int UsualHiddenPromptTokens = 256;

    /// <summary>Options every request starts from, for example tools or a response format; null: none.</summary>
    public ChatOptions? Request { get; init; }
}
