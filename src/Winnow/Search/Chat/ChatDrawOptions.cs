using Microsoft.Extensions.AI;

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

    /// <summary>Options every request starts from, for example tools or a response format; null: none.</summary>
    public ChatOptions? Request { get; init; }
}
