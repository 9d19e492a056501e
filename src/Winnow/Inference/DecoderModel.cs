using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Decoders;
using Winnow.Inference.Kernels;
using Winnow.Inference.PromptCaching;
using Winnow.Inference.Sessions;
using Winnow.Inference.Tokenizers;
using Winnow.Models;

namespace Winnow.Inference;

/// <summary>
/// A decoder of the Llama family (Llama, Qwen 2, Qwen 3) that runs in managed code. Thread-safe: any number of
/// sessions may be open at once, and weights are freed when the model and the last session are disposed.
/// </summary>
public sealed class DecoderModel : ILanguageModel
{
    private readonly DecoderWeights _weights;
    private int _holders = 1;
    private int _isDisposed;

    private DecoderModel(DecoderWeights weights, IVocabulary vocabulary, string name)
    {
        _weights = weights;
        Vocabulary = vocabulary;
        DecoderSettings settings = weights.Settings;
        Info = new ModelInfo
        {
            Name = name,
            Architecture = settings.Architecture,
            VocabularySize = settings.VocabularySize,
            Width = settings.Width,
            Layers = settings.Layers,
            ContextLength = settings.ContextLength,
            Parameters = weights.Parameters,
        };
    }

    /// <inheritdoc/>
    public ModelInfo Info { get; }

    /// <inheritdoc/>
    public IVocabulary Vocabulary { get; }

    /// <summary>The head of a model that scores tokens, such as a process reward model; null for a language model.</summary>
    public TokenClassificationHead? Classifier => _weights.Classifier;

    /// <summary>Where sessions keep the keys and values of long prompts, and look for those of earlier ones; null, the default: nowhere. Sessions that are open already keep theirs.</summary>
    public PromptCache? PromptCache { get; set; }

    /// <summary>Memory that weights take. Unit: bytes.</summary>
    public long WeightBytes => _weights.Bytes;

    /// <summary>Loads a model: a folder with config.json, safetensors weights (one file, or shards with an index) and tokenizer.json, or a GGUF file.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="vocabulary">The tokenizer; null to read it from the folder or file.</param>
    /// <param name="storage">How weights are kept.</param>
    /// <exception cref="WinnowException">A file is missing, broken, or asks for what is not supported.</exception>
    public static DecoderModel Load(string path, IVocabulary? vocabulary = null, WeightStorage storage = WeightStorage.Automatic)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            if (SafetensorsFile.IsNamedSo(path))
            {
                throw new WinnowException($"{path}: a safetensors file holds tensors alone; name its folder, with config.json and tokenizer.json.");
            }
            return LoadGguf(path, vocabulary, storage);
        }
        if (!Directory.Exists(path))
        {
            throw new WinnowException($"{path}: there is no such folder or file; a model is a folder with config.json, safetensors weights and tokenizer.json, or a GGUF file.");
        }
        DecoderSettings settings = DecoderSettingsJson.Load(path);
        vocabulary ??= ModelTokenizer.Load(path);
        using SafetensorsFolder checkpoint = SafetensorsFolder.Open(path);
        return Create(settings, checkpoint, vocabulary, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))), storage);
    }

    /// <summary>Loads a GGUF file of the Llama family.</summary>
    /// <param name="file">The file.</param>
    /// <param name="vocabulary">The tokenizer; null to read it from the file.</param>
    /// <param name="storage">How weights are kept.</param>
    /// <exception cref="WinnowException">The file is broken, or asks for what is not supported.</exception>
    public static DecoderModel LoadGguf(string file, IVocabulary? vocabulary = null, WeightStorage storage = WeightStorage.Automatic)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        GgufFile gguf = GgufFile.Open(file);
        try
        {
            DecoderSettings settings = GgufDecoderSettings.Read(gguf);
            vocabulary ??= ModelTokenizer.FromGguf(gguf.Metadata);
            using GgufDecoderCheckpoint checkpoint = new(gguf, settings);
            return Create(settings, checkpoint, vocabulary, gguf.Metadata.OptionalText("general.name") ?? Path.GetFileNameWithoutExtension(file), storage);
        }
        finally
        {
            gguf.Dispose();
        }
    }

    /// <summary>Makes a model from settings and weights, wherever they come from.</summary>
    /// <param name="settings">Its shape.</param>
    /// <param name="checkpoint">Its tensors, under the names of Hugging Face checkpoints; not needed afterwards.</param>
    /// <param name="vocabulary">Its tokenizer.</param>
    /// <param name="name">Name for people.</param>
    /// <param name="storage">How weights are kept.</param>
    /// <exception cref="WinnowException">A tensor is missing, has another shape, or is not known; or the tokenizer has more tokens than the model.</exception>
    public static DecoderModel Create(DecoderSettings settings, ICheckpoint checkpoint, IVocabulary vocabulary, string name, WeightStorage storage = WeightStorage.Automatic)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (vocabulary.Size > settings.VocabularySize)
        {
            throw new WinnowException($"{checkpoint.Source}: the tokenizer has {vocabulary.Size} tokens, the model {settings.VocabularySize}.");
        }
        return new DecoderModel(DecoderWeights.Load(settings, checkpoint, storage), vocabulary, name);
    }

    /// <inheritdoc/>
    public void CopyOutputKey(int token, Span<float> key)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        PackedMatrix head = _weights.Head ?? throw new InvalidOperationException("The model scores tokens and has no output matrix.");
        if ((uint)token >= (uint)head.Outputs)
        {
            throw new ArgumentOutOfRangeException(nameof(token), token, $"The model has tokens 0 to {head.Outputs - 1}.");
        }
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, head.Inputs);
        head.CopyRow(token, key);
    }

    /// <inheritdoc/>
    public ISession Open(SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        Interlocked.Increment(ref _holders);
        return new DecoderSession(this, _weights, options);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Close();
        }
    }

    /// <summary>Gives up one hold on the weights.</summary>
    internal void Close()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _weights.Dispose();
        }
    }
}
