using System.CommandLine;
using Winnow.Budgets;
using Winnow.Cli.Sources;

namespace Winnow.Cli.Verbs;

/// <summary>The options about endpoints and about what may be spent in all.</summary>
internal sealed class SpendingOptions
{
    /// <summary>Name of the option that <c>generate</c> has under another name.</summary>
    public const string MaxAnswerTokensName = "--max-answer-tokens";

    private readonly Option<decimal?> _maxCost = new("--max-cost") { Description = "Hard cap on the money of the whole run, in the currency of the prices.", HelpName = "MONEY" };
    private readonly Option<long?> _maxCalls = new("--max-calls") { Description = "Hard cap on its draws and requests, retries included.", HelpName = "N" };
    private readonly Option<double?> _maxSeconds = new("--max-seconds") { Description = "Hard cap on its time; what is under way is given up.", HelpName = "S" };
    private readonly Option<decimal?> _priceIn = new("--price-in") { Description = "What a million prompt tokens cost.", HelpName = "MONEY" };
    private readonly Option<decimal?> _priceOut = new("--price-out") { Description = "What a million generated tokens cost.", HelpName = "MONEY" };
    private readonly Option<int?> _maxAnswerTokens = new(MaxAnswerTokensName) { Description = "Most tokens of one answer. Default: as the task says.", HelpName = "TOKENS" };
    private readonly Option<int?> _concurrency = new("--concurrency") { Description = "Most requests to an endpoint at once; fewer where it refuses some. Default: 32.", HelpName = "N" };
    private readonly Option<int?> _answersPerCall = new("--answers-per-call") { Description = "Most answers that one request to an endpoint asks for; the prompt is paid once for them. Default: 1 where the endpoint honours seeds, 4 where it does not and draws several.", HelpName = "N" };
    private readonly Option<string?> _keyVariable = new("--key-variable") { Description = "Environment variable that holds the endpoint's key. Default: OPENAI_API_KEY.", HelpName = "NAME" };
    private readonly Option<bool> _allowPlainHttp = new("--allow-plain-http") { Description = "Send the key even where others on the network could read it." };

    private readonly Option<decimal?> _judgePriceIn = new("--judge-price-in") { Description = "What a million prompt tokens of the judge cost. Default: --price-in.", HelpName = "MONEY" };
    private readonly Option<decimal?> _judgePriceOut = new("--judge-price-out") { Description = "What a million generated tokens of the judge cost. Default: --price-out.", HelpName = "MONEY" };
    private readonly Option<string?> _judgeKeyVariable = new("--judge-key-variable") { Description = "Environment variable that holds the judge's key. Default: that of --key-variable.", HelpName = "NAME" };

    /// <summary>Hard caps. They hold over all parts of a run; where a run is gone on with and nothing is said, those that it had.</summary>
    public IReadOnlyList<Option> Caps => [_maxCost, _maxCalls, _maxSeconds];

    /// <summary>What tokens cost.</summary>
    public IReadOnlyList<Option> Prices => [_priceIn, _priceOut];

    /// <summary>Options about a judging endpoint.</summary>
    public IReadOnlyList<Option> OfJudge => [_judgePriceIn, _judgePriceOut, _judgeKeyVariable];

    /// <summary>Options about the endpoint only.</summary>
    public IReadOnlyList<Option> OfEndpoint => [_concurrency, _keyVariable, _allowPlainHttp];

    /// <summary>All of them, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [_maxAnswerTokens, .. Caps, .. Prices, _answersPerCall, .. OfEndpoint];

    /// <summary>Adds options to a command.</summary>
    public static void AddTo(Command command, IReadOnlyList<Option> options)
    {
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The option that raises a cap.</summary>
    public static string OptionOf(BudgetColumn column) => column switch
    {
        BudgetColumn.Calls => "--max-calls",
        BudgetColumn.Seconds => "--max-seconds",
        _ => "--max-cost",
    };

    /// <summary>What a command line says.</summary>
    public SpendingRequest Read(ParseResult parsed) => new()
    {
        MaxCost = parsed.GetValue(_maxCost),
        MaxCalls = parsed.GetValue(_maxCalls),
        MaxSeconds = parsed.GetValue(_maxSeconds),
        PriceIn = parsed.GetValue(_priceIn),
        PriceOut = parsed.GetValue(_priceOut),
        MaxAnswerTokens = parsed.GetValue(_maxAnswerTokens),
        Concurrency = parsed.GetValue(_concurrency),
        AnswersPerCall = parsed.GetValue(_answersPerCall),
        KeyVariable = parsed.GetValue(_keyVariable),
        AllowsPlainHttp = parsed.GetValue(_allowPlainHttp),
        JudgePriceIn = parsed.GetValue(_judgePriceIn),
        JudgePriceOut = parsed.GetValue(_judgePriceOut),
        JudgeKeyVariable = parsed.GetValue(_judgeKeyVariable),
    };
}
