using System.Collections.Frozen;

namespace Winnow.Inference.Checkpoints;

/// <summary>The weights of a model folder: one <c>model.safetensors</c>, or shards named by an index.</summary>
public sealed class SafetensorsFolder : ICheckpoint
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    private readonly FrozenDictionary<string, SafetensorsFile> _fileOfTensor;
    private readonly SafetensorsFile[] _files;

    private SafetensorsFolder(string source, Dictionary<string, SafetensorsFile> fileOfTensor, SafetensorsFile[] files)
    {
        Source = source;
        _fileOfTensor = fileOfTensor.ToFrozenDictionary(StringComparer.Ordinal);
        _files = files;
        Tensors = _fileOfTensor.ToFrozenDictionary(t => t.Key, t => t.Value.Tensors[t.Key], StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Source { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Opens the weights of a folder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="WinnowException">There are no weights, a shard is missing or lacks a tensor, or a file is broken.</exception>
    public static SafetensorsFolder Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string index = Path.Combine(folder, IndexName);
        return File.Exists(index) ? OpenShards(folder, JsonField.Load(index)) : OpenSingle(folder);
    }

    /// <inheritdoc/>
    public void ReadFloats(string name, Span<float> values) => FileOf(name).ReadFloats(name, values);

    /// <inheritdoc/>
    public void ReadRows(string name, long firstRow, Span<byte> rows) => FileOf(name).ReadRows(name, firstRow, rows);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
        {
            file.Dispose();
        }
    }

    private SafetensorsFile FileOf(string name) => _fileOfTensor.TryGetValue(name, out SafetensorsFile? file)
        ? file
        : throw new WinnowException($"{Source}: there is no tensor '{name}'; the checkpoint has {Tensors.Count} others.");

    private static SafetensorsFolder OpenSingle(string folder)
    {
        string path = Path.Combine(folder, SingleName);
        if (!File.Exists(path))
        {
            throw new WinnowException($"{folder}: the folder has no weights; {SingleName} or {IndexName} was expected in it.");
        }
        SafetensorsFile file = SafetensorsFile.Open(path);
        return new SafetensorsFolder(folder, file.Tensors.Keys.ToDictionary(name => name, _ => file, StringComparer.Ordinal), [file]);
    }

    private static SafetensorsFolder OpenShards(string folder, JsonField index)
    {
        var shards = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            var fileOfTensor = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
            foreach ((string tensor, JsonField shard) in index["weight_map"].Fields())
            {
                SafetensorsFile file = Shard(folder, shard, shards);
                if (!file.Tensors.ContainsKey(tensor))
                {
                    throw shard.Error($"the shard that holds tensor '{tensor}'; {file.Source} does not");
                }
                if (!fileOfTensor.TryAdd(tensor, file))
                {
                    throw shard.Error($"the only shard of tensor '{tensor}'");
                }
            }
            return new SafetensorsFolder(folder, fileOfTensor, [.. shards.Values]);
        }
        catch
        {
            foreach (SafetensorsFile file in shards.Values)
            {
                file.Dispose();
            }
            throw;
        }
    }

    private static SafetensorsFile Shard(string folder, JsonField shard, Dictionary<string, SafetensorsFile> opened)
    {
        string name = shard.Text();
        // An index may come from anywhere: it must not make us read files outside the model's folder.
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0') || Path.IsPathRooted(name))
        {
            throw shard.Error("a plain file name inside the model's folder");
        }
        if (!opened.TryGetValue(name, out SafetensorsFile? file))
        {
            string path = Path.Combine(folder, name);
            file = File.Exists(path) ? SafetensorsFile.Open(path) : throw shard.Error($"a file of the folder; {path} is missing");
            opened.Add(name, file);
        }
        return file;
    }
}
