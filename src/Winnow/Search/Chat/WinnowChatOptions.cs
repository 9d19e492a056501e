using Winnow.Tasks;
using Winnow.Tasks.Answers;

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
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(Strategy));
            field = value;
        }
    } = "majority";

    /// <summary>Cap on generated plus scorer tokens of one request. Unit: tokens; at least 1; default 4,096.</summary>
    public long MaxTokens
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxTokens));
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
                ArgumentOutOfRangeException.ThrowIfLessThan(cap, 1, nameof(MaxDraws));
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
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxAnswerTokens));
            field = value;
        }
    } = 256;

    /// <summary>Most requests to the inner client at once. Unit: requests; 1 … 1,024; default 8.</summary>
    public int MaxConcurrency
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxConcurrency));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024, nameof(MaxConcurrency));
            field = value;
        }
    } = 8;

    /// <summary>Seed of every draw; equal seeds and requests give equal answers where the model honours seeds.</summary>
    public ulong Seed { get; set; }

    /// <summary>Temperature of the draws where the request sets none; null: the strategy's default. At least 0.</summary>
    public double? Temperature
    {
        get;
        set
        {
            if (value is { } temperature)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(temperature, nameof(Temperature));
            }
            field = value;
        }
    }

    /// <summary>Finds the answer in a text; all voting uses it. This or <see cref="AnswerKey"/> is required.</summary>
    public IAnswerKey? Answers { get; set; }

    /// <summary>The same by its name, for settings files: one of <see cref="AnswerKeyNames.All"/>. <see cref="Answers"/> goes before it.</summary>
    public string? AnswerKey { get; set; }

    /// <summary>Judges candidates; null for strategies that need no scorer.</summary>
    public IScorer? Scorer { get; set; }

    /// <summary>The strategy itself, for one with settings of its own; it then goes before <see cref="Strategy"/>.</summary>
    public IStrategy? Custom { get; set; }

    /// <summary>What keeps these options from being used, each with what to do about it; empty where nothing does.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        if (Answers is null && AnswerKey is null)
        {
            faults.Add($"Neither Answers nor AnswerKey is set: say how the answer is found in a text, by an object or by one of the names {string.Join(", ", AnswerKeyNames.All)}.");
        }
        else if (Answers is null && AnswerKeyNames.Find(AnswerKey!) is null)
        {
            faults.Add($"AnswerKey is \"{AnswerKey}\"; use one of {string.Join(", ", AnswerKeyNames.All)}.");
        }
        if (Custom is null && (!Strategies.Ids.Contains(Strategy, StringComparer.Ordinal) || Strategy == StrategyIds.Oracle))
        {
            faults.Add($"Strategy is \"{Strategy}\"; use one of {string.Join(", ", Strategies.Ids.Where(id => id != StrategyIds.Oracle))}. The right answer of a request is not known, so that oracle cannot be used.");
        }
        else if (Create(null).WhyUnsuited(AnyProposer, Scorer?.Info) is { } reason)
        {
            faults.Add($"{reason} Set Scorer, or choose a strategy that needs none, such as majority.");
        }
        return faults;
    }

    /// <summary>The strategy; a temperature that a request asks for is that of its draws.</summary>
    internal IStrategy Create(double? temperature) =>
        Custom ?? Strategies.Create(Strategy, new StrategySettings { Temperature = temperature ?? Temperature });

    internal IAnswerKey KeyOfAnswers() => Answers ?? AnswerKeyNames.Find(AnswerKey!)!;

    // One that can do everything, so that only what the options lack is a fault; what a client cannot do is known with the client.
    private static readonly ProposerInfo AnyProposer = new("any model", CanStep: true, HasLogProbs: true, MaxAnswerTokens: int.MaxValue) { MaxActiveRows = int.MaxValue };
}
