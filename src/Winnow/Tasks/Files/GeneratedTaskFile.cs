using System.Text.Json;
using System.Text.Json.Serialization;
using Winnow.Tasks.Families;

namespace Winnow.Tasks.Files;

/// <summary>A task of generated problems as one JSON object, the format of the bundled tasks.</summary>
/// <remarks>
/// <c>{"name", "description", "version", "problems": [{"id", "family", "level", "question", "target"}]}</c>. Prompt,
/// answer key, checker and step oracle follow from the family.
/// </remarks>
public static class GeneratedTaskFile
{
    internal const string List = "problems";

    /// <summary>Writes a task of generated problems.</summary>
    /// <param name="task">The task; every problem names its family, level and target.</param>
    /// <param name="path">The file; it is replaced where it exists.</param>
    /// <exception cref="ArgumentException">A problem is not of a family.</exception>
    public static void Write(TaskSet task, string path)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentException.ThrowIfNullOrEmpty(path);
        GeneratedTask data = new(task.Name, task.Description, task.Version, [.. task.Problems.Select(Row)]);
        File.WriteAllBytes(path, [.. JsonSerializer.SerializeToUtf8Bytes(data, GeneratedTaskJson.Default.GeneratedTask), (byte)'\n']);
    }

    internal static TaskSet Load(byte[] content, string path)
    {
        GeneratedTask data;
        try
        {
            data = JsonSerializer.Deserialize(content, GeneratedTaskJson.Default.GeneratedTask)!;
        }
        catch (JsonException error)
        {
            throw new WinnowException(
                $"{path}, line {(error.LineNumber ?? 0) + 1}: {error.Path ?? "$"} is not as expected: name, description, version and a list of problems, "
                + "each with id, family, level, question and target.", error);
        }
        HashSet<string> ids = new(StringComparer.Ordinal);
        List<Problem> problems = [];
        foreach (GeneratedProblem row in data.Problems)
        {
            string place = $"{path}, {List}[{problems.Count}]";
            ITaskFamily family = TaskFamilies.Find(row.Family) ?? throw new WinnowException(
                $"{place}: there is no family \"{row.Family}\"; expected one of {string.Join(", ", TaskFamilies.All.Select(known => known.Id))}.");
            if (!ids.Add(row.Id))
            {
                throw new WinnowException($"{place}: id \"{row.Id}\" is used before; expected each id once.");
            }
            if (!family.CanRead(row.Question))
            {
                throw new WinnowException($"{place}: \"{row.Question}\" is not a question of family {row.Family}.");
            }
            problems.Add(FamilyTasks.ToProblem(row.Id, row.Family, row.Level, row.Question, row.Target));
        }
        return FamilyTasks.ToTask(data.Name, data.Description, data.Version, problems);
    }

    private static GeneratedProblem Row(Problem problem) => problem is { Family: { } family, Level: { } level, Target: { } target }
        ? new GeneratedProblem(problem.Id, family, level, problem.Question, target)
        : throw new ArgumentException($"Problem {problem.Id} has no family, level or target; only generated problems are written.", nameof(problem));
}

internal sealed record GeneratedTask(string Name, string Description, string Version, IReadOnlyList<GeneratedProblem> Problems);

internal sealed record GeneratedProblem(string Id, string Family, int Level, string Question, string Target);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GeneratedTask))]
internal sealed partial class GeneratedTaskJson : JsonSerializerContext;
