using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Search;

namespace Winnow.Runs;

/// <summary>Records as rows and back, exactly.</summary>
internal static class RowText
{
    public static DrawRow RowOf(DrawRecord record)
    {
        KeptDraw draw = record.Draw;
        PartialAnswer answer = draw.Answer;
        return new DrawRow
        {
            Key = record.Key,
            Series = record.Series,
            Problem = record.Problem,
            PromptHash = record.PromptHash,
            Seed = record.Seed.ToString(CultureInfo.InvariantCulture),
            Slot = draw.Settings.Slot,
            Attempt = record.Attempt,
            Stream = draw.Settings.Stream,
            Iteration = draw.Settings.Iteration,
            Temperature = draw.Settings.Temperature,
            Boundary = draw.Settings.Boundary,
            MaxTokens = draw.Settings.MaxTokens,
            TokensLeft = draw.Settings.TokensLeft,
            Run = record.Run,
            Drawn = record.Drawn.ToUnixTimeMilliseconds(),
            Outcome = answer.State.ToString(),
            Failure = answer.Failure?.ToString(),
            Reason = answer.Reason,
            Text = answer.Text,
            TokenCount = answer.TokenCount,
            LogProb = answer.LogProb is { } logProb && double.IsFinite(logProb) ? logProb : null,
            Steps = JsonSerializer.Serialize(new StepText(answer.Tokens, answer.StepEnds, answer.StepTokenEnds, answer.StepLogProbs), RowJson.Default.StepText),
            Used = draw.Usage,
            PromptForwardTokens = draw.PromptForwardTokens,
            Seconds = draw.Seconds,
        };
    }

    public static DrawRecord RecordOf(DrawRow row)
    {
        StepText steps = Read(row.Steps, RowJson.Default.StepText, $"the draw {row.Key}");
        return new DrawRecord
        {
            Series = row.Series,
            Problem = row.Problem,
            PromptHash = row.PromptHash,
            Seed = ulong.Parse(row.Seed, NumberStyles.None, CultureInfo.InvariantCulture),
            Attempt = row.Attempt,
            Run = row.Run,
            Drawn = DateTimeOffset.FromUnixTimeMilliseconds(row.Drawn),
            Draw = new KeptDraw
            {
                Settings = new DrawSettings(row.Slot, row.Stream, row.Iteration, row.Temperature, row.Boundary, row.MaxTokens, row.TokensLeft),
                Answer = new PartialAnswer
                {
                    Text = row.Text,
                    Tokens = steps.Tokens,
                    StepEnds = steps.StepEnds,
                    StepTokenEnds = steps.StepTokenEnds,
                    StepLogProbs = steps.StepLogProbs,
                    TokenCount = row.TokenCount,
                    State = Enum.Parse<RowState>(row.Outcome),
                    Failure = row.Failure is { } failure ? Enum.Parse<FailureKind>(failure) : null,
                    Reason = row.Reason,
                },
                Usage = row.Used,
                PromptForwardTokens = row.PromptForwardTokens,
                Seconds = row.Seconds,
            },
        };
    }

    public static ResultRow RowOf(ProblemResult result) => new()
    {
        Run = result.Run,
        Problem = result.Problem,
        Index = result.Index,
        Answer = result.Answer,
        IsCorrect = result.IsCorrect,
        IsCovered = result.IsCovered,
        Failures = result.Failures,
        Candidates = result.Candidates,
        Used = result.Usage,
        Seconds = result.Seconds,
        Error = result.Error,
        Finished = result.Finished.ToUnixTimeMilliseconds(),
        Details = result.Details,
    };

    public static ProblemResult RecordOf(ResultRow row) => new()
    {
        Run = row.Run,
        Problem = row.Problem,
        Index = row.Index,
        Answer = row.Answer,
        IsCorrect = row.IsCorrect,
        IsCovered = row.IsCovered,
        Failures = row.Failures,
        Candidates = row.Candidates,
        Usage = row.Used,
        Seconds = row.Seconds,
        Error = row.Error,
        Finished = DateTimeOffset.FromUnixTimeMilliseconds(row.Finished),
        Details = row.Details,
    };

    public static PartRow RowOf(RunPart part) => new()
    {
        Owner = part.Owner,
        Number = part.Number,
        Version = part.Version,
        Build = part.Build,
        Begun = part.Begun.ToUnixTimeMilliseconds(),
        Written = part.Written.ToUnixTimeMilliseconds(),
        MaxTokens = part.Caps.MaxTokens,
        MaxCalls = part.Caps.MaxCalls,
        MaxSeconds = part.Caps.MaxSeconds,
        MaxCost = UsageRow.TextOf(part.Caps.MaxCost),
        Used = part.Used,
    };

    public static RunPart RecordOf(PartRow row) => new()
    {
        Owner = row.Owner,
        Number = row.Number,
        Version = row.Version,
        Build = row.Build,
        Begun = DateTimeOffset.FromUnixTimeMilliseconds(row.Begun),
        Written = DateTimeOffset.FromUnixTimeMilliseconds(row.Written),
        Caps = new Budget { MaxTokens = row.MaxTokens, MaxCalls = row.MaxCalls, MaxSeconds = row.MaxSeconds, MaxCost = UsageRow.MoneyOf(row.MaxCost) },
        Used = row.Used,
    };

    public static string Words(IReadOnlyList<string> command) => JsonSerializer.Serialize([.. command], RowJson.Default.StringArray);

    public static IReadOnlyList<string> WordsOf(RunRow row) => Read(row.Command, RowJson.Default.StringArray, $"the command of {row.Id}");

    private static T Read<T>(string text, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> shape, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, shape) ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new WinnowException($"The store is damaged: {what} cannot be read ({error.Message}). Move the store away, or restore a copy of it.", error);
        }
    }
}

/// <summary>Tokens and steps of an answer as they are stored.</summary>
internal sealed record StepText(IReadOnlyList<int>? Tokens, IReadOnlyList<int> StepEnds, IReadOnlyList<int>? StepTokenEnds, IReadOnlyList<double>? StepLogProbs);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(StepText))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class RowJson : JsonSerializerContext;
