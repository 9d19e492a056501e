using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Winnow.Budgets;

namespace Winnow.Runs;

/// <summary>
/// Everything that a run's result is a function of. Two runs with equal identities are the same run: it is never begun
/// twice, only gone on with.
/// </summary>
public sealed record RunIdentity
{
    /// <summary>The format of what this version of Winnow stores of a run; part of every identity.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Format of what is stored of the run.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The build of Winnow that began it: another may draw or choose differently.</summary>
    public required string Build { get; init; }

    /// <summary>The version of Winnow that began it, for people; <see cref="Build"/> decides. Empty in runs of the first stores.</summary>
    public string Version { get; init; } = "";

    /// <summary>Name of the task.</summary>
    public required string Task { get; init; }

    /// <summary>Version of the task's data.</summary>
    public required string TaskVersion { get; init; }

    /// <summary>Hash of the problems that are run.</summary>
    public required string Problems { get; init; }

    /// <summary>Number of problems that are run.</summary>
    public required int ProblemCount { get; init; }

    /// <summary>Name of the model that draws.</summary>
    public required string Model { get; init; }

    /// <summary>Checksum of its files; null for an endpoint, which has none.</summary>
    public string? ModelChecksum { get; init; }

    /// <summary>How answers are drawn from it: longest answer, answer line and whatever else the model's kind has.</summary>
    public required string Sampler { get; init; }

    /// <summary>Id of the strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>The strategy's settings that differ from the default.</summary>
    public string Options { get; init; } = "";

    /// <summary>Name of the scorer; null: none.</summary>
    public string? Scorer { get; init; }

    /// <summary>Checksum of the scorer's model; null where it has none of its own.</summary>
    public string? ScorerChecksum { get; init; }

    /// <summary>Name of the model that judges whether answers are right; null where none does.</summary>
    public string? Judge { get; init; }

    /// <summary>Checksum of that model.</summary>
    public string? JudgeChecksum { get; init; }

    /// <summary>Caps for each problem.</summary>
    public required Budget Budget { get; init; }

    /// <summary>Run seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The run's name: <c>r</c> and twelve hexadecimal digits.</summary>
    [JsonIgnore]
    public string Id => "r" + ContentHash.Of([
        Text(Format), Build, Task, TaskVersion, Problems, Text(ProblemCount), Model, ModelChecksum, Sampler, Strategy, Options, Scorer, ScorerChecksum,
        Text(Budget.MaxTokens), Text(Budget.MaxCalls), Text(Budget.MaxSeconds), Text(Budget.MaxCost), Text(Seed),
        // Runs without a judge keep the names that they had before judges were part of it.
        .. Judge is null ? (ReadOnlySpan<string?>)[] : [Judge, JudgeChecksum]])[..12];

    /// <summary>
    /// The series that the run's whole answers belong to. Runs with the same model, sampler settings and seed share
    /// it, whatever their strategy and budget are, and so draw each answer once.
    /// </summary>
    [JsonIgnore]
    public string Series => "s" + ContentHash.Of(Text(Format), ModelChecksum is null ? null : Build, Model, ModelChecksum, Sampler, Text(Seed))[..15];

    /// <summary>The identity as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ResultJson.Default.RunIdentity);

    /// <summary>Reads an identity.</summary>
    /// <exception cref="WinnowException">The text is not one.</exception>
    public static RunIdentity FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return JsonSerializer.Deserialize(json, ResultJson.Default.RunIdentity) ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new WinnowException($"The identity of a run cannot be read ({error.Message}): the store is damaged, or was written by another version of Winnow.", error);
        }
    }

    private static string? Text<T>(T value)
        where T : IFormattable => value?.ToString(null, CultureInfo.InvariantCulture);

    private static string? Text<T>(T? value)
        where T : struct, IFormattable => value?.ToString(null, CultureInfo.InvariantCulture);
}
