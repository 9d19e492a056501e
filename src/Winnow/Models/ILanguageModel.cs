namespace Winnow.Models;

/// <summary>A white-box language model: weights and vocabulary. Immutable and thread-safe.</summary>
public interface ILanguageModel : IDisposable
{
    /// <summary>What the model is.</summary>
    ModelInfo Info { get; }

    /// <summary>Its tokenizer.</summary>
    IVocabulary Vocabulary { get; }

    /// <summary>Copies one row of the output matrix.</summary>
    /// <param name="token">Token id, 0 … V−1.</param>
    /// <param name="key">Shape [Width].</param>
    void CopyOutputKey(int token, Span<float> key);

    /// <summary>Opens a session: rows of sequences over one tree of key-value pages.</summary>
    /// <exception cref="ArgumentException">The limits are beyond the model's context or the machine.</exception>
    ISession Open(SessionOptions options);
}
