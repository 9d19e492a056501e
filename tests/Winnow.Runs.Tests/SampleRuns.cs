using System.Text.Json;
using System.Text.Json.Serialization;
using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Search;

namespace Winnow.Runs.Tests;

/// <summary>Made-up records.</summary>
internal static class SampleRuns
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static RunIdentity Identity() => new()
    {
        Build = "test",
        Task = "a task",
        TaskVersion = "1",
        Problems = "abc",
        ProblemCount = 2,
        Model = "a model",
        ModelChecksum = "def",
        Sampler = "max-tokens=8",
        Strategy = "majority",
        Budget = new Budget { MaxTokens = 100 },
        Seed = ulong.MaxValue,
    };

    public static DrawRecord Draw(int slot, string text = "text") => new()
    {
        Series = "s1",
        Problem = "p0",
        PromptHash = "0123",
        Seed = ulong.MaxValue,
        Run = "r1",
        Drawn = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123),
        Draw = new KeptDraw
        {
            Settings = new DrawSettings(slot, "token", 0, 0.7, "\n", 8, null),
            Answer = new PartialAnswer { Text = text, Tokens = [1, 2], StepEnds = [text.Length], StepTokenEnds = [2], StepLogProbs = [-1.5], TokenCount = 2, State = RowState.Finished },
            Usage = new Usage { PromptTokens = 5, ForwardTokens = 1, TokensGenerated = 2 },
            PromptForwardTokens = 5,
            Seconds = 0.25,
        },
    };

    public static ProblemResult Result(string run, string problem, int index, string? error = null) => new()
    {
        Run = run,
        Problem = problem,
        Index = index,
        Answer = error is null ? "7" : null,
        IsCorrect = true,
        IsCovered = true,
        Failures = 0,
        Candidates = 1,
        Usage = new Usage { TokensGenerated = 2 },
        Seconds = 0.5,
        Error = error,
        Finished = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_456),
        Details = "{}",
    };

    /// <summary>Everything of a record as text.</summary>
    public static string Json<T>(T record) => JsonSerializer.Serialize(record, Options);
}
