using System.Collections.Concurrent;
using Winnow.Inference.Checkpoints;

namespace Winnow.Inference.Encoders;

/// <summary>Receives the hidden states of sequences, from several threads at once, each sequence once.</summary>
public interface IHiddenStateReader
{
    /// <summary>Reads the states of a sequence; they are valid during the call.</summary>
    /// <param name="sequence">Its number, from 0.</param>
    /// <param name="states">Shape [tokens][d].</param>
    void Read(int sequence, ReadOnlySpan<float> states);
}

/// <summary>
/// An encoder of the BERT family that runs in managed code. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Sequences of like length are read together, without padding, one group a thread. A sequence's states are bitwise the
/// same whatever else is read, in whatever order and by however many threads. Source: Devlin et al. (2019), BERT.
/// </remarks>
public sealed class EncoderModel : IDisposable
{
    /// <summary>Enough rows to use every weight that is fetched, few enough to stay in the second cache.</summary>
    private const int GroupTokens = 256;

    private readonly EncoderWeights _weights;
    private readonly ConcurrentBag<EncoderPass> _passes = [];
    private bool _isDisposed;

    private EncoderModel(EncoderWeights weights) => _weights = weights;

    /// <summary>Its shape.</summary>
    public EncoderSettings Settings => _weights.Settings;

    /// <summary>Numbers of its tensors, the pooler's left out.</summary>
    public long Parameters => _weights.Parameters;

    /// <summary>Loads a model folder: config.json and safetensors weights.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="WinnowException">A file is missing, broken, or asks for what is not supported.</exception>
    public static EncoderModel Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new WinnowException($"{folder}: there is no such folder; an encoder is a folder with config.json, safetensors weights and tokenizer.json.");
        }
        EncoderSettings settings = EncoderSettings.Load(folder);
        using SafetensorsFolder checkpoint = SafetensorsFolder.Open(folder);
        return Create(settings, checkpoint);
    }

    /// <summary>Makes a model from settings and weights, wherever they come from.</summary>
    /// <param name="settings">Its shape.</param>
    /// <param name="checkpoint">Its tensors, under the names of Hugging Face checkpoints; not needed afterwards.</param>
    /// <exception cref="WinnowException">A tensor is missing, has another shape or an unsupported type.</exception>
    public static EncoderModel Create(EncoderSettings settings, ICheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(checkpoint);
        return new EncoderModel(EncoderWeights.Load(settings, checkpoint));
    }

    /// <summary>Reads sequences. Cost: O(tokens · parameters) and, within a sequence, O(n² · d).</summary>
    /// <param name="tokens">Their tokens, one sequence after the other, special tokens included.</param>
    /// <param name="lengths">Tokens of each sequence, 1 … the context.</param>
    /// <param name="reader">Receives their hidden states.</param>
    /// <param name="threads">Threads that compute; 0: all cores. Results do not depend on it.</param>
    /// <param name="cancellationToken">Stops between groups of sequences.</param>
    /// <exception cref="ArgumentException">A length or a token is out of range.</exception>
    public void Run(ReadOnlyMemory<int> tokens, ReadOnlyMemory<int> lengths, IHiddenStateReader reader, int threads = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Check(tokens.Span, lengths.Span);
        threads = threads == 0 ? Environment.ProcessorCount : threads;
        using var work = new EncoderWork(this, tokens, lengths, reader, Math.Max(GroupTokens, Settings.ContextLength), threads, cancellationToken);
        work.Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            foreach (EncoderPass pass in _passes)
            {
                pass.Dispose();
            }
            _weights.Dispose();
        }
    }

    /// <summary>Working memory that nobody uses now.</summary>
    internal EncoderPass Rent(int maxTokens) => _passes.TryTake(out EncoderPass? pass) ? pass : new EncoderPass(_weights, maxTokens);

    internal void Return(EncoderPass pass)
    {
        if (_isDisposed)
        {
            pass.Dispose();
        }
        else
        {
            _passes.Add(pass);
        }
    }

    private void Check(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths)
    {
        long count = 0;
        foreach (int length in lengths)
        {
            if (length < 1 || length > Settings.ContextLength)
            {
                throw new ArgumentException($"A sequence has {length} tokens; the encoder reads 1 to {Settings.ContextLength}. Cut the text.", nameof(lengths));
            }
            count += length;
        }
        if (count != tokens.Length)
        {
            throw new ArgumentException($"The lengths sum to {count}; there are {tokens.Length} tokens.", nameof(lengths));
        }
        int outside = tokens.IndexOfAnyExceptInRange(0, Settings.VocabularySize - 1);
        if (outside >= 0)
        {
            throw new ArgumentException($"Token {tokens[outside]} is unknown; the encoder has tokens 0 to {Settings.VocabularySize - 1}.", nameof(tokens));
        }
    }
}
