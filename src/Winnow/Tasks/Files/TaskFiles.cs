namespace Winnow.Tasks.Files;

/// <summary>Loads tasks from files.</summary>
public static class TaskFiles
{
    /// <summary>Loads a task and recognises its format.</summary>
    /// <param name="path">
    /// <c>.json</c>: a task of generated problems (<see cref="GeneratedTaskFile"/>) or one of BIG-Bench Hard
    /// (<c>examples</c> of <c>input</c>, <c>target</c>). <c>.jsonl</c>: GSM8K (<c>question</c>, <c>answer</c> with
    /// <c>####</c>) or plain lines (<c>input</c> and <c>target</c>, <c>choices</c> or a <c>checker</c> by name; other fields become columns).
    /// At most 256 MB, and 4 MB a line.
    /// </param>
    /// <exception cref="WinnowException">The file is missing or broken; the message names the line and what was expected there.</exception>
    public static TaskSet Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new WinnowException($"{path}: there is no such file; expected a task as .json or .jsonl.");
        }
        string extension = Path.GetExtension(path).ToLowerInvariant();
        byte[] content = extension is ".json" or ".jsonl"
            ? TaskFileReader.ReadAll(path)
            : throw new WinnowException($"{path}: the file ends in \"{extension}\"; expected a task as .json or .jsonl.");
        return extension == ".json" ? LoadObject(content, path) : LoadLines(content, path);
    }

    private static TaskSet LoadObject(byte[] content, string path)
    {
        TaskRecord root = TaskFileReader.ParseObject(content, path);
        return root.Has(GeneratedTaskFile.List) ? GeneratedTaskFile.Load(content, path)
            : root.Has(BigBenchHardFile.List) ? BigBenchHardFile.Load(root, path, TaskFileReader.Version(content))
            : throw root.Fault($"the object has neither \"{GeneratedTaskFile.List}\" nor \"{BigBenchHardFile.List}\"; expected a list of one of these names");
    }

    private static TaskSet LoadLines(byte[] content, string path)
    {
        TaskRecord[] records = [.. TaskFileReader.ParseLines(content, path)];
        if (records is not [var first, ..])
        {
            throw new WinnowException($"{path}: the file is empty; expected a JSON object on each line.");
        }
        string version = TaskFileReader.Version(content);
        return PlainFile.Recognises(first) ? PlainFile.Load(records, path, version)
            : Gsm8kFile.Recognises(first) ? Gsm8kFile.Load(records, path, version)
            : throw first.Fault("the object has neither \"input\" and \"target\" (or \"choices\", or a \"checker\") nor \"question\" and \"answer\"; expected one of these pairs");
    }
}
