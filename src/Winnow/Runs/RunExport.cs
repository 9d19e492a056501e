using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Search;

namespace Winnow.Runs;

/// <summary>A run as files: what it is as one JSON object, and a line of JSON for each problem with all its samples.</summary>
public static class RunExport
{
    // For files, never for a web page: letters stay letters.
    private static readonly ExportJson Lines = new(new JsonSerializerOptions(ExportJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    private static readonly ExportJson Indented = new(new JsonSerializerOptions(ExportJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true, NewLine = "\n" });

    /// <summary>What a run is and how far it is, as JSON.</summary>
    public static string Describe(RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return JsonSerializer.Serialize(
            new RunFile("winnow.run-export/1", run.Id, run.Identity.Series, run.Identity, run.Command, run.Comparison, run.Begun, run.Written, run.State,
                run.Finished, run.Failed, run.Correct, run.Covered, run.Used),
            Indented.RunFile);
    }

    /// <summary>Writes a line for each problem that the run has been through, in order.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="run">The run.</param>
    /// <param name="output">Receives UTF-8; not closed.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Number of lines.</returns>
    public static async Task<int> WriteSamplesAsync(IRunStore store, RunRecord run, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(output);
        int lines = 0;
        await foreach (ProblemResult result in store.ResultsAsync(run.Id, cancellationToken).ConfigureAwait(false))
        {
            IReadOnlyList<DrawRecord> draws = await store.DrawsAsync(run.Identity.Series, result.Problem, promptHash: null, cancellationToken).ConfigureAwait(false);
            await JsonSerializer.SerializeAsync(output, LineOf(result, draws), Lines.ProblemLine, cancellationToken).ConfigureAwait(false);
            output.WriteByte((byte)'\n');
            lines++;
        }
        return lines;
    }

    private static ProblemLine LineOf(ProblemResult result, IReadOnlyList<DrawRecord> draws)
    {
        CandidateText text = new(draws);
        ProblemOutcome outcome = text.OutcomeOf(result);
        Dictionary<string, DrawRecord> byKey = draws.ToDictionary(draw => draw.Key, StringComparer.Ordinal);
        SearchResult search = outcome.Result;
        return new ProblemLine(
            result.Run, result.Problem, result.Index, result.Answer, result.IsCorrect, result.IsCovered, result.Failures, result.Error, result.Seconds, result.Finished,
            result.Usage, search.Strategy, search.Selected, search.Confidence, search.Why, search.LogEvidence,
            [.. search.Candidates.Select(candidate => SampleOf(candidate, text.KeyOf(candidate.Answer) is { } key ? byKey[key] : null))]);
    }

    private static SampleLine SampleOf(Candidate candidate, DrawRecord? draw) => new(
        candidate.Answer.State, candidate.Answer.Failure, candidate.Answer.Text, candidate.Answer.Reason, candidate.Key,
        candidate.Score is { HasValue: true } score ? score.Value : null,
        candidate.Score is { HasValue: true } process ? process.Steps : null,
        candidate.Score?.Reason,
        candidate.Weight, candidate.Answer.TokenCount, candidate.Answer.LogProb, candidate.Answer.StepLogProbs,
        draw?.Key, draw?.PromptHash, draw?.Seed, draw?.Attempt, draw?.Draw.Settings, draw?.Draw.Usage, draw?.Drawn);
}

/// <summary>What <c>run.json</c> holds.</summary>
internal sealed record RunFile(
    string Schema, string Run, string Series, RunIdentity Identity, IReadOnlyList<string> Command, string? Comparison, DateTimeOffset Begun, DateTimeOffset Written,
    RunState State, int Finished, int Failed, int Correct, int Covered, Usage Used);

/// <summary>A line of <c>samples.jsonl</c>.</summary>
internal sealed record ProblemLine(
    string Run, string Problem, int Index, string? Answer, bool IsCorrect, bool IsCovered, int Failures, string? Error, double Seconds, DateTimeOffset Finished,
    Usage Usage, string Strategy, int Selected, double? Confidence, string Why, double? LogEvidence, IReadOnlyList<SampleLine> Samples);

/// <summary>A sample of a problem: a draw of the series, or a row of a search over steps.</summary>
internal sealed record SampleLine(
    RowState Outcome, FailureKind? Failure, string Text, string? Reason, string? Answer, double? Score, IReadOnlyList<double>? StepScores, string? NoScore, double Weight, int Tokens,
    double? LogProb, IReadOnlyList<double>? StepLogProbs, string? Draw, string? PromptHash, ulong? Seed, int? Attempt, DrawSettings? Settings, Usage? Usage, DateTimeOffset? Drawn);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunFile))]
[JsonSerializable(typeof(ProblemLine))]
internal sealed partial class ExportJson : JsonSerializerContext;
