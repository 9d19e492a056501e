using System.Globalization;
using Microsoft.Extensions.AI;
using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Search.Chat;
using Winnow.Tasks;

namespace Winnow.Endpoints.Tests;

/// <summary>Draws from a server over its real connection.</summary>
internal static class Served
{
    public const int MaxAnswerTokens = 16;

    public static Problem Problem { get; } = new()
    {
        Id = "p",
        Question = "What is 3 plus 4?",
        Prompt = "What is 3 plus 4?",
        Answers = LastWord.Instance,
        Checker = LastWord.Instance,
        Target = "7",
    };

    /// <summary>Short waits, so that tests need not wait.</summary>
    public static EndpointOptions Fast { get; } = new()
    {
        RetryDelay = TimeSpan.FromMilliseconds(2),
        MaxRetryDelay = TimeSpan.FromMilliseconds(20),
        CallDeadline = TimeSpan.FromSeconds(30),
    };

    public static OpenAIEndpoint Open(ChatServer server, EndpointOptions? options = null) =>
        OpenAIEndpoint.Open(EndpointSpec.Parse(server.Spec), options ?? Fast, _ => null);

    /// <summary>Draws whole answers, all at once.</summary>
    public static async Task<IReadOnlyList<PartialAnswer>> DrawAsync(
        OpenAIEndpoint endpoint, int count, ILedger ledger, int concurrency, ulong seed = 1, TokenPrices? prices = null, Action<EndedRow>? ended = null)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using IChatClient client = endpoint.CreateChatClient();
        ChatProposer proposer = new(client, new ChatDrawOptions { MaxAnswerTokens = MaxAnswerTokens, MaxConcurrency = concurrency, Prices = prices });
        await using IPopulation rows = proposer.Open(Problem, new SearchContext { Ledger = ledger, Uniforms = new HashedUniforms(seed), RowEnded = ended });
        await rows.GrowAsync(count, cancellationToken);
        int[] active = [.. Enumerable.Range(0, count).Where(row => rows.Rows[row].State == RowState.Active)];
        await rows.StepAsync(active, new StepRule { ToEnd = true, MaxTokens = MaxAnswerTokens }, cancellationToken);
        return [.. rows.Rows];
    }

    /// <summary>The seed that a draw's request carries.</summary>
    public static long SeedOf(int row, ulong seed = 1) => SeedOf(new HashedUniforms(seed), row);

    /// <summary>The seed that a draw's request carries.</summary>
    public static long SeedOf(HashedUniforms uniforms, int row) => (long)(uniforms.Next("seed", 0, row, 0) * (1L << 53));

    /// <summary>What a <see cref="FastAnswerer"/> answers to a request with a seed.</summary>
    public static string FastAnswer(long seed, int answers = 4) =>
        "A: " + (Seeds.Derive(Seeds.Derive(unchecked((ulong)seed), "request"), "answer") % (ulong)answers).ToString(CultureInfo.InvariantCulture);

    /// <summary>What the server's own record of one request says that the ledger must hold for it.</summary>
    public static long ChargedTokens(ServedCall call) => call.Fault switch
    {
        Fault.None or Fault.SameAnswer => call.CompletionTokens,
        Fault.Stall or Fault.CutStream or Fault.InvalidJson or Fault.EmptyChoices or Fault.WrongTokenCounts => call.MaxTokens,
        _ => 0,
    };

    private sealed class LastWord : IAnswerKey, IAnswerChecker
    {
        public static LastWord Instance { get; } = new();

        public string? Canonical(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).LastOrDefault();

        public bool IsCorrect(Problem problem, string answer) => answer == problem.Target;
    }
}
