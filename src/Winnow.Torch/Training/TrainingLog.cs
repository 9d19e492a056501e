using System.Text.Json;

namespace Winnow.Torch.Training;

/// <summary>One line of a training log.</summary>
public sealed record TrainingLogEntry
{
    /// <summary>Steps taken.</summary>
    public required long Step { get; init; }

    /// <summary>Tokens trained on.</summary>
    public required long Tokens { get; init; }

    /// <summary>Mean loss of the solution tokens since the entry before. Unit: nats for each token.</summary>
    public double? Loss { get; init; }

    /// <summary>Learning rate.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Norm of the last gradients before clipping.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>Tokens a second since the entry before.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Seconds of training so far.</summary>
    public double Seconds { get; init; }

    /// <summary>Measurements on held-out problems, where this entry is one.</summary>
    public IReadOnlyList<ProbeCell>? Probe { get; init; }
}

/// <summary>Appends entries to a file of JSON lines, each whole.</summary>
public sealed class TrainingLog(string path)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads the entries of a log.</summary>
    /// <exception cref="WinnowException">A line is not an entry.</exception>
    public static IReadOnlyList<TrainingLogEntry> Read(string path)
    {
        List<TrainingLogEntry> entries = [];
        foreach (string line in File.ReadLines(path))
        {
            try
            {
                entries.Add(JsonSerializer.Deserialize<TrainingLogEntry>(line, Json)!);
            }
            catch (JsonException error)
            {
                throw new WinnowException($"{path}, line {entries.Count + 1}: it is not an entry of a training log ({error.Message}).", error);
            }
        }
        return entries;
    }

    /// <summary>Appends one entry.</summary>
    public void Append(TrainingLogEntry entry) => File.AppendAllText(path, JsonSerializer.Serialize(entry, Json) + "\n");

    /// <summary>Drops entries beyond a step: those of a run that continues from an earlier checkpoint are made again.</summary>
    public void DropAfter(long step)
    {
        if (!File.Exists(path))
        {
            return;
        }
        List<string> kept = [];
        foreach (string line in File.ReadLines(path))
        {
            try
            {
                if (JsonSerializer.Deserialize<TrainingLogEntry>(line, Json) is { } entry && entry.Step <= step)
                {
                    kept.Add(line);
                }
            }
            catch (JsonException)
            {
                // A line cut off by a crash; what it said is made again as well.
            }
        }
        File.WriteAllLines(path, kept);
    }
}
