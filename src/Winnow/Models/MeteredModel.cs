namespace Winnow.Models;

/// <summary>A model that counts the tokens which go through it, in all sessions together. Closing it leaves the model open.</summary>
/// <param name="inner">What computes.</param>
public sealed class MeteredModel(ILanguageModel inner) : ILanguageModel
{
    private long _forwardTokens;

    /// <summary>Tokens that went through the model in sessions that are closed by now; shared prefixes counted once.</summary>
    public long ForwardTokens => Interlocked.Read(ref _forwardTokens);

    /// <inheritdoc/>
    public ModelInfo Info => inner.Info;

    /// <inheritdoc/>
    public IVocabulary Vocabulary => inner.Vocabulary;

    /// <inheritdoc/>
    public void CopyOutputKey(int token, Span<float> key) => inner.CopyOutputKey(token, key);

    /// <inheritdoc/>
    public ISession Open(SessionOptions options) => new MeteredSession(inner.Open(options), this);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class MeteredSession(ISession session, MeteredModel meter) : ISession
    {
        public int RowCount => session.RowCount;

        public int CachedTokens => session.CachedTokens;

        public long ForwardTokens => session.ForwardTokens;

        public int Length(int row) => session.Length(row);

        public int Add(ReadOnlySpan<int> prompt) => session.Add(prompt);

        public void Forward(in TokenBatch batch, Read read) => session.Forward(batch, read);

        public ReadOnlySpan<float> Logits(int row, int position) => session.Logits(row, position);

        public ReadOnlySpan<float> LogProbs(int row) => session.LogProbs(row);

        public ReadOnlySpan<float> Hidden(int row, int position) => session.Hidden(row, position);

        public void Reorder(ReadOnlySpan<int> parents) => session.Reorder(parents);

        public void Truncate(int row, int length) => session.Truncate(row, length);

        public Branch Keep(int row, int length) => session.Keep(row, length);

        public int Restore(Branch branch) => session.Restore(branch);

        public void Release(Branch branch) => session.Release(branch);

        public void Dispose()
        {
            Interlocked.Add(ref meter._forwardTokens, session.ForwardTokens);
            session.Dispose();
        }
    }
}
