using Winnow.Budgets;
using Winnow.Cli.Stored;
using Winnow.Endpoints;

namespace Winnow.Cli.Sources;

/// <summary>What a command line says about an endpoint and about what may be spent in all.</summary>
internal sealed record SpendingRequest
{
    public decimal? MaxCost { get; init; }

    public long? MaxCalls { get; init; }

    public double? MaxSeconds { get; init; }

    public decimal? PriceIn { get; init; }

    public decimal? PriceOut { get; init; }

    public int? MaxAnswerTokens { get; init; }

    public int? Concurrency { get; init; }

    public int? AnswersPerCall { get; init; }

    public string? KeyVariable { get; init; }

    public bool AllowsPlainHttp { get; init; }

    public decimal? JudgePriceIn { get; init; }

    public decimal? JudgePriceOut { get; init; }

    public string? JudgeKeyVariable { get; init; }

    /// <summary>Caps on the whole run.</summary>
    /// <exception cref="RequestException">A cap is negative, or money is capped and prices are missing.</exception>
    public Budget Caps => CapsAfter(null);

    /// <summary>Caps on a run that is gone on with: where nothing is said, those that it had.</summary>
    /// <param name="before">The caps that its last part had; null: there was none.</param>
    /// <exception cref="RequestException">A cap is negative, or money is capped and prices are missing.</exception>
    public Budget CapsAfter(Budget? before)
    {
        Budget caps = RequestException.Reading(() => new Budget
        {
            MaxTokens = before?.MaxTokens,
            MaxCost = MaxCost ?? before?.MaxCost,
            MaxCalls = MaxCalls ?? before?.MaxCalls,
            MaxSeconds = MaxSeconds ?? before?.MaxSeconds,
        });
        return caps.MaxCost is not null && Prices is null
            ? throw new RequestException("--max-cost caps money, and nothing is known about prices. Give --price-in and --price-out, in money for a million tokens.")
            : caps;
    }

    /// <summary>Prices; null where none are given.</summary>
    /// <exception cref="RequestException">One is given without the other, or is negative.</exception>
    public TokenPrices? Prices => PricesOf(PriceIn, PriceOut, "--price-in", "--price-out");

    /// <summary>Prices of the judging endpoint; those of the drawing one where it has none of its own.</summary>
    /// <exception cref="RequestException">One is given without the other, or is negative.</exception>
    public TokenPrices? JudgePrices => PricesOf(JudgePriceIn, JudgePriceOut, "--judge-price-in", "--judge-price-out") ?? Prices;

    /// <summary>How the endpoint is talked to.</summary>
    /// <exception cref="RequestException">A value is out of range.</exception>
    public EndpointOptions Endpoint => RequestException.Reading(() =>
    {
        EndpointOptions options = new() { AllowsKeyOverPlainHttp = AllowsPlainHttp };
        options = KeyVariable is { } variable ? options with { KeyVariable = variable } : options;
        return Concurrency is { } most ? options with { MaxConcurrency = most } : options;
    });

    /// <summary>How the judging endpoint is talked to.</summary>
    /// <exception cref="RequestException">A value is out of range.</exception>
    public EndpointOptions JudgeEndpoint => JudgeKeyVariable is { } variable ? RequestException.Reading(() => Endpoint with { KeyVariable = variable }) : Endpoint;

    /// <summary>Adds what a command must be repeated with. Caps are left out: they are stored with what was spent, and may be raised.</summary>
    public CommandWords AddTo(CommandWords words) => words
        .With("--price-in", PriceIn)
        .With("--price-out", PriceOut)
        .With("--max-answer-tokens", MaxAnswerTokens)
        .With("--concurrency", Concurrency)
        .With("--key-variable", KeyVariable)
        .WithFlag("--allow-plain-http", AllowsPlainHttp)
        .With("--judge-price-in", JudgePriceIn)
        .With("--judge-price-out", JudgePriceOut)
        .With("--judge-key-variable", JudgeKeyVariable);

    private static TokenPrices? PricesOf(decimal? input, decimal? output, string inputName, string outputName) => (input, output) switch
    {
        (null, null) => null,
        ({ } sent, { } generated) => RequestException.Reading(() => new TokenPrices { InputPerMillion = sent, OutputPerMillion = generated }),
        _ => throw new RequestException($"Prompts and answers are paid for: give both {inputName} and {outputName}, in money for a million tokens; 0 where one is free."),
    };
}
