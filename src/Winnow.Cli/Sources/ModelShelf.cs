using Winnow.Embedded;
using Winnow.Inference;
using Winnow.Models;
using Winnow.Rendering;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Cli.Sources;

/// <summary>Opens models by bundled name, folder or GGUF file, each once, and closes them together.</summary>
internal sealed class ModelShelf : IDisposable
{
    /// <summary>Kind of the bundled models that draw.</summary>
    public const string Generator = "generator";

    private readonly Dictionary<string, ILanguageModel> _open = new(StringComparer.Ordinal);

    /// <summary>Bundled models that draw.</summary>
    public static IReadOnlyList<string> Names { get; } = Manifest.OrNull is { } manifest
        ? [.. manifest.Models.Where(model => model.Value.Kind == Generator).Select(model => model.Key)]
        : [];

    /// <summary>The model where none is named.</summary>
    public static string DefaultName => Manifest.OrNull?.DefaultModel ?? "embedded";

    /// <summary>A model.</summary>
    /// <param name="name">A bundled name, a folder or a GGUF file; null: the default one.</param>
    /// <exception cref="RequestException">There is no such model, or its files cannot be read.</exception>
    public ILanguageModel Open(string? name)
    {
        ILanguageModel model = OpenAny(name ?? Manifest.Required.DefaultModel);
        return model is DecoderModel { Classifier: not null }
            ? throw new RequestException($"{model.Info.Name} scores steps and cannot draw. Use it as --scorer prm:{name}, or choose one of {string.Join(", ", Names)}.")
            : model;
    }

    /// <summary>A process reward model.</summary>
    /// <param name="name">A bundled name, a folder or a GGUF file.</param>
    /// <exception cref="RequestException">There is no such model, its files cannot be read, or it has no head that scores steps.</exception>
    public DecoderModel OpenRewardModel(string name) => OpenAny(name) is DecoderModel { Classifier: not null } model
        ? model
        : throw new RequestException($"{name} draws text and scores no steps. Use it as --scorer logprob:{name}, or name a LlamaForTokenClassification checkpoint after prm:.");

    private ILanguageModel OpenAny(string name)
    {
        if (_open.TryGetValue(name, out ILanguageModel? known))
        {
            return known;
        }
        ILanguageModel model = RequestException.Reading(() => DecoderModel.Load(PathOf(name)));
        _open.Add(name, model);
        return model;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ILanguageModel model in _open.Values)
        {
            model.Dispose();
        }
    }

    /// <summary>The folder or file of a model.</summary>
    /// <param name="name">A bundled name, a folder or a GGUF file.</param>
    /// <exception cref="RequestException">There is no such model.</exception>
    public static string PathOf(string name)
    {
        if (Manifest.OrNull?.Models.ContainsKey(name) == true)
        {
            return EmbeddedModels.FolderOf(name);
        }
        if (Directory.Exists(name) || File.Exists(name))
        {
            return name;
        }
        bool isFile = name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);
        bool isPath = name.Contains('/', StringComparison.Ordinal) || name.Contains('\\', StringComparison.Ordinal) || name.StartsWith('.');
        throw new RequestException(isPath || isFile
            ? $"There is no {(isFile ? "file" : "folder")} \"{name}\". A model is a bundled name ({string.Join(", ", Names)}), a folder with config.json, *.safetensors and tokenizer.json, or a GGUF file."
            : ErrorText.UnknownName("model", name, Names, "winnow models"));
    }
}
