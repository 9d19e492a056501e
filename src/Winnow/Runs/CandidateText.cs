using System.Text.Json;
using System.Text.Json.Serialization;
using Winnow.Evaluation;
using Winnow.Search;

namespace Winnow.Runs;

/// <summary>
/// Search results as JSON and back, exactly. A candidate that is a stored draw is written by its key, any other, for
/// example a row of a beam, in full.
/// </summary>
public sealed class CandidateText
{
    private readonly Dictionary<PartialAnswer, string> _keys = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, PartialAnswer> _answers = new(StringComparer.Ordinal);

    /// <summary>For one problem, with the draws that are known of it.</summary>
    public CandidateText(IEnumerable<DrawRecord> draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        foreach (DrawRecord draw in draws)
        {
            Add(draw);
        }
    }

    /// <summary>A draw that candidates may be.</summary>
    public void Add(DrawRecord draw)
    {
        ArgumentNullException.ThrowIfNull(draw);
        _keys[draw.Draw.Answer] = draw.Key;
        _answers[draw.Key] = draw.Draw.Answer;
    }

    /// <summary>The key of the draw that an answer is; null where it is none.</summary>
    public string? KeyOf(PartialAnswer answer) => _keys.GetValueOrDefault(answer);

    /// <summary>What is not in the columns of a <see cref="ProblemResult"/>.</summary>
    public string DetailsOf(SearchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return JsonSerializer.Serialize(
            new ResultText(
                result.Strategy, result.Selected, result.Confidence, result.Why, result.LogEvidence,
                [.. result.Candidates.Select(candidate => Written(candidate))]),
            ResultJson.Default.ResultText);
    }

    /// <summary>A stored result as an outcome.</summary>
    /// <exception cref="WinnowException">The store's text cannot be read, or names a draw that is not there.</exception>
    public ProblemOutcome OutcomeOf(ProblemResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        ResultText text;
        try
        {
            text = JsonSerializer.Deserialize(result.Details, ResultJson.Default.ResultText)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new WinnowException($"The result of {result.Run} on the problem {result.Problem} cannot be read ({error.Message}). Delete the run with `winnow runs delete {result.Run}`.", error);
        }
        SearchResult search = new()
        {
            Strategy = text.Strategy,
            Answer = result.Answer,
            Selected = text.Selected,
            Confidence = text.Confidence,
            Why = text.Why,
            LogEvidence = text.LogEvidence,
            Usage = result.Usage,
            Candidates = [.. text.Candidates.Select(candidate => Read(candidate, result))],
        };
        return new ProblemOutcome(search, result.IsCorrect, result.IsCovered, result.Failures, result.Seconds, result.Error);
    }

    private CandidateLine Written(Candidate candidate)
    {
        string? draw = KeyOf(candidate.Answer);
        return new CandidateLine(
            draw,
            draw is null ? candidate.Answer : null,
            candidate.Key,
            candidate.Score is { HasValue: true } score ? score.Value : null,
            candidate.Score is { HasValue: true } process ? process.Steps : null,
            candidate.Score?.Reason,
            candidate.Weight);
    }

    private Candidate Read(CandidateLine line, ProblemResult result)
    {
        PartialAnswer? answer = line.Draw is { } key ? _answers.GetValueOrDefault(key) : line.Answer;
        return new Candidate
        {
            Answer = answer ?? throw new WinnowException($"The result of {result.Run} on the problem {result.Problem} names the draw {line.Draw}, which is not in the store. Delete the run with `winnow runs delete {result.Run}`."),
            Key = line.Key,
            Score = line.Score is { } value ? ScoreOf(value, line.Steps) : line.NoScore is { } reason ? Score.None(reason) : null,
            Weight = line.Weight,
        };
    }

    // Steps may have been reduced to another number than their last, so both are kept.
    private static Score ScoreOf(double value, IReadOnlyList<double>? steps) =>
        steps is { Count: > 0 } && steps[^1] == value ? Search.Score.OfSteps(steps) : Search.Score.Of(value);
}

/// <summary>A search result as it is stored.</summary>
internal sealed record ResultText(
    string Strategy, int Selected, double? Confidence, string Why, double? LogEvidence, IReadOnlyList<CandidateLine> Candidates);

/// <summary>A candidate as it is stored.</summary>
internal sealed record CandidateLine(
    string? Draw, PartialAnswer? Answer, string? Key, double? Score, IReadOnlyList<double>? Steps, string? NoScore, double Weight);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ResultText))]
[JsonSerializable(typeof(RunIdentity))]
internal sealed partial class ResultJson : JsonSerializerContext;
