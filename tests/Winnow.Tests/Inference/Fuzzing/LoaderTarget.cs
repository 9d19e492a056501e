using Winnow.Inference;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Conversion;
using Winnow.Inference.Tokenizers;
using Winnow.Models;
using Winnow.Tests.Cli;

namespace Winnow.Tests.Inference.Fuzzing;

/// <summary>A loader, files that it reads, and how they are given to it.</summary>
internal sealed class LoaderTarget : IDisposable
{
    private readonly string _work = Directory.CreateTempSubdirectory("winnow-fuzz-").FullName;
    private readonly TinyModelFolder _model = new();
    private readonly string _file;
    private readonly Action<string> _load;

    private LoaderTarget(string name, string fileName, Action<string> load)
    {
        Name = name;
        _file = Path.Combine(_work, fileName);
        _load = load;
    }

    /// <summary>Names of all loaders.</summary>
    public static IReadOnlyList<string> Names { get; } = ["safetensors", "gguf", "tokenizer.json", "config.json"];

    public string Name { get; }

    /// <summary>Files that the loader reads without complaint.</summary>
    public List<byte[]> Seeds { get; } = [];

    public static LoaderTarget Create(string name)
    {
        LoaderTarget target = name switch
        {
            "safetensors" => new LoaderTarget(name, "model.safetensors", LoadSafetensors),
            "gguf" => new LoaderTarget(name, "model.gguf", LoadGguf),
            "tokenizer.json" => new LoaderTarget(name, "tokenizer.json", LoadTokenizer),
            _ => new LoaderTarget(name, "config.json", LoadFolder),
        };
        target.Fill();
        return target;
    }

    /// <summary>Loads bytes as a file.</summary>
    public void Load(byte[] bytes)
    {
        File.WriteAllBytes(_file, bytes);
        _load(_file);
    }

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_work, recursive: true);
    }

    private void Fill()
    {
        if (Name == "gguf")
        {
            foreach (TensorType type in GgufConversion.Types)
            {
                string file = Path.Combine(_work, "seed.gguf");
                GgufConversion.Convert(_model.Path, file, type);
                Seeds.Add(File.ReadAllBytes(file));
            }
            return;
        }
        Seeds.Add(File.ReadAllBytes(Path.Combine(_model.Path, Path.GetFileName(_file))));
        if (Name == "config.json")
        {
            foreach (string other in new[] { "model.safetensors", "tokenizer.json", "tokenizer_config.json" })
            {
                File.Copy(Path.Combine(_model.Path, other), Path.Combine(_work, other));
            }
        }
    }

    private static void LoadSafetensors(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (StoredTensor tensor in file.Tensors.Values.Where(t => t.Type is TensorType.F32 or TensorType.F16 or TensorType.BF16))
        {
            file.ReadFloats(tensor.Name, new float[tensor.Count]);
        }
    }

    private static void LoadGguf(string path)
    {
        _ = ModelFileInfo.Read(path);
        using DecoderModel model = DecoderModel.LoadGguf(path, storage: WeightStorage.AsStored);
        Step(model);
    }

    private static void LoadFolder(string path)
    {
        using DecoderModel model = DecoderModel.Load(Path.GetDirectoryName(path)!);
        Step(model);
    }

    private static void LoadTokenizer(string path) => ModelTokenizer.Load(path).Encode("12 acorns, and élan — twice: 家", addSpecialTokens: true);

    private static void Step(DecoderModel model)
    {
        using ISession session = model.Open(new SessionOptions { Threads = 1, MaxRows = 1, MaxCachedTokens = 16 });
        session.Add([0]);
    }
}
