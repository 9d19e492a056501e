using Winnow.Budgets;
using Winnow.Endpoints;
using Winnow.Cli.Stored;

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

    public string? KeyVariable { get; init; }

    public bool AllowsPlainHttp { get; init; }

    /// <summary>Caps on the whole run.</summary>
    /// <exception cref="RequestException">A cap is negative, or money is capped and prices are missing.</exception>
    public Budget Caps => MaxCost is not null && Prices is null
        ? throw new RequestException("--max-cost caps money, and nothing is known about prices. Give --price-in and --price-out, in money for a million tokens.")
        : RequestException.Reading(() => new Budget { MaxCost = MaxCost, MaxCalls = MaxCalls, MaxSeconds = MaxSeconds });

    /// <summary>Prices; null where none are given.</summary>
    /// <exception cref="RequestException">One is given without the other, or is negative.</exception>
    public TokenPrices? Prices => (PriceIn, PriceOut) switch
    {
        (null, null) => null,
        ({ } input, { } output) => RequestException.Reading(() => new TokenPrices { InputPerMillion = input, OutputPerMillion = output }),
        _ => throw new RequestException("Prompts and answers are paid for: give both --price-in and --price-out, in money for a million tokens; 0 where one is free."),
    };

    /// <summary>How the endpoint is talked to.</summary>
    /// <exception cref="RequestException">A value is out of range.</exception>
    public EndpointOptions Endpoint => RequestException.Reading(() =>
    {
        EndpointOptions options = new() { AllowsKeyOverPlainHttp = AllowsPlainHttp };
        options = KeyVariable is { } variable ? options with { KeyVariable = variable } : options;
        return Concurrency is { } most ? options with { MaxConcurrency = most } : options;
    });

    /// <summary>Adds what a command must be repeated with. Caps are left out: they are said anew each time.</summary>
    public CommandWords AddTo(CommandWords words) => words
        .With("--price-in", PriceIn)
        .With("--price-out", PriceOut)
        .With("--max-answer-tokens", MaxAnswerTokens)
        .With("--concurrency", Concurrency)
        .With("--key-variable", KeyVariable)
        .WithFlag("--allow-plain-http", AllowsPlainHttp);
}
