using Winnow.Tasks;

namespace Winnow.Search.Chat;

/// <summary>How a chat client spends a budget on each request.</summary>
public sealed class WinnowChatOptions
{
    /// <summary>Id of the strategy, as <c>winnow methods</c> lists them. Default: <c>majority</c>.</summary>
    public string Strategy
    {
        get;
        set
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            field = value;
        }
    } = "majority";

    /// <summary>Cap on generated plus scorer tokens of one request. Unit: tokens; at least 1; default 4,096.</summary>
    public long MaxTokens
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 4096;

    /// <summary>Cap on the draws of one request; null: none. Unit: draws; at least 1; default 16.</summary>
    public int? MaxDraws
    {
        get;
        set
        {
            if (value is { } cap)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(cap, 1);
            }
            field = value;
        }
    } = 16;

    /// <summary>Most tokens of one answer where the request sets no limit. Unit: tokens; at least 1; default 256.</summary>
    public int MaxAnswerTokens
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 256;

    /// <summary>Most requests to the inner client at once. Unit: requests; 1 … 1,024; default 8.</summary>
    public int MaxConcurrency
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            field = value;
        }
    } = 8;

    /// <summary>Seed of every draw; equal seeds and requests give equal answers where the model honours seeds.</summary>
    public ulong Seed { get; set; }

    /// <summary>Finds the answer in a text; all voting uses it. Required.</summary>
    public IAnswerKey? Answers { get; set; }

    /// <summary>Judges candidates; null for strategies that need no scorer.</summary>
    public IScorer? Scorer { get; set; }

    /// <summary>The strategy itself, for one with settings of its own; it then goes before <see cref="Strategy"/>.</summary>
    public IStrategy? Custom { get; set; }
}
