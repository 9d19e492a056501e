using System.Text;
using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Evaluation;

/// <summary>A number that is expected to lie between two others.</summary>
/// <param name="Low">Where answers are long and budgets are used by half.</param>
/// <param name="High">Where answers are short and budgets are used up.</param>
public readonly record struct ForecastRange(decimal Low, decimal High)
{
    /// <summary>Sum.</summary>
    public static ForecastRange operator +(ForecastRange a, ForecastRange b) => new(a.Low + b.Low, a.High + b.High);

    /// <summary>Sum, for languages without operators.</summary>
    public static ForecastRange Add(ForecastRange left, ForecastRange right) => left + right;

    /// <summary>The range below a cap.</summary>
    public ForecastRange AtMost(decimal? cap) => cap is { } most ? new(Math.Min(Low, most), Math.Min(High, most)) : this;
}

/// <summary>What a comparison would spend at an endpoint, before anything is asked. Retries come on top.</summary>
/// <remarks>
/// The upper end of <see cref="Tokens"/> follows from the budgets and is a bound. The others rest on usual lengths: an answer
/// has between a sixteenth and all of the longest answer's tokens, a step 8 to 64 tokens, and a prompt one token for
/// every 2 to 6 bytes. Strategies that draw whole answers share their draws.
/// </remarks>
public sealed record SpendingForecast
{
    private const decimal ShortestShare = 16;
    private const decimal ShortestAnswer = 8;
    private const decimal ShortestStep = 8;
    private const decimal LongestStep = 64;
    private const decimal MostBytesOfAToken = 6;
    private const decimal FewestBytesOfAToken = 2;
    private const decimal TemplateTokens = 64;

    /// <summary>Requests.</summary>
    public required ForecastRange Calls { get; init; }

    /// <summary>Prompt tokens as sent. Unit: tokens.</summary>
    public required ForecastRange PromptTokens { get; init; }

    /// <summary>Generated tokens. Unit: tokens.</summary>
    public required ForecastRange Tokens { get; init; }

    /// <summary>Money; null where prices are not known.</summary>
    public ForecastRange? Cost { get; init; }

    /// <summary>The forecast of a plan.</summary>
    /// <param name="problems">The problems that are run.</param>
    /// <param name="budgets">Caps for each problem. Unit: tokens.</param>
    /// <param name="wholeAnswers">Strategies that draw whole answers; they share them.</param>
    /// <param name="stepwise">Strategies that search over steps.</param>
    /// <param name="maxAnswerTokens">Most tokens of an answer.</param>
    /// <param name="prices">What tokens cost; null: money is not said.</param>
    /// <param name="caps">Caps on the whole run; null: none.</param>
    public static SpendingForecast For(
        IEnumerable<Problem> problems, IReadOnlyList<long> budgets, int wholeAnswers, int stepwise, int maxAnswerTokens, TokenPrices? prices = null, Budget? caps = null)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(budgets);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAnswerTokens, 1);
        ForecastRange calls = default;
        ForecastRange prompts = default;
        ForecastRange tokens = default;
        foreach (Problem problem in problems)
        {
            decimal bytes = Encoding.UTF8.GetByteCount(problem.Prompt);
            ForecastRange prompt = new(Math.Max(1, Math.Floor(bytes / MostBytesOfAToken)), Math.Ceiling(bytes / FewestBytesOfAToken) + TemplateTokens);
            if (wholeAnswers > 0)
            {
                Add(Whole(budgets, wholeAnswers, maxAnswerTokens), prompt);
            }
            foreach (long budget in budgets)
            {
                for (int i = 0; i < stepwise; i++)
                {
                    // A step sends again what was written before it: half an answer on average.
                    Add(Stepwise(budget, maxAnswerTokens), prompt + new ForecastRange(ShortestAnswer / 2, maxAnswerTokens / 2m));
                }
            }
        }
        calls = calls.AtMost(caps?.MaxCalls);
        tokens = tokens.AtMost(caps?.MaxTokens);
        ForecastRange? cost = prices is null ? null : new ForecastRange(
            prices.CostOf((long)prompts.Low, (long)tokens.Low), prices.CostOf((long)prompts.High, (long)tokens.High)).AtMost(caps?.MaxCost);
        return new SpendingForecast { Calls = calls, PromptTokens = prompts, Tokens = tokens, Cost = cost };

        void Add((ForecastRange Calls, ForecastRange Tokens) part, ForecastRange sent)
        {
            calls += part.Calls;
            tokens += part.Tokens;
            prompts += new ForecastRange(part.Calls.Low * sent.Low, part.Calls.High * sent.High);
        }
    }

    private static (ForecastRange Calls, ForecastRange Tokens) Whole(IReadOnlyList<long> budgets, int strategies, int longest)
    {
        decimal shortest = Math.Max(1, Math.Min(longest, Math.Max(ShortestAnswer, longest / ShortestShare)));
        decimal largest = budgets.Max();
        // The last draw at each budget is held to what is left there and can differ between strategies.
        decimal high = Math.Min(budgets.Sum() * (decimal)strategies, largest + longest * ((decimal)strategies * budgets.Count - 1));
        decimal low = Math.Max(Math.Min(largest, shortest), largest / 2);
        return (new ForecastRange(Math.Ceiling(low / longest), Math.Ceiling(high / shortest)), new ForecastRange(low, high));
    }

    private static (ForecastRange Calls, ForecastRange Tokens) Stepwise(long budget, int longest)
    {
        decimal low = budget / 2m;
        decimal step = Math.Min(LongestStep, longest);
        return (new ForecastRange(Math.Ceiling(low / step), Math.Ceiling(budget / Math.Min(ShortestStep, step))), new ForecastRange(low, budget));
    }
}
