namespace Winnow.Models;

/// <summary>What a forward pass leaves to be read.</summary>
[Flags]
public enum Read
{
    /// <summary>Only the cache is extended.</summary>
    None = 0,

    /// <summary>Logits after the last token of each row of the batch.</summary>
    LastLogits = 1,

    /// <summary>Logits after every token of the batch.</summary>
    AllLogits = 2,

    /// <summary>Log-probability of each forwarded token given what stood before it.</summary>
    LogProbs = 4,

    /// <summary>Hidden state, after the final norm, of the last token of each row of the batch.</summary>
    LastHidden = 8,

    /// <summary>Hidden states of every token of the batch.</summary>
    AllHidden = 16,
}

/// <summary>Tokens to append: one or more for each of some rows, concatenated in the order of the rows.</summary>
/// <param name="rows">Shape [R]; distinct row numbers.</param>
/// <param name="counts">Shape [R]; tokens for each row, at least 1.</param>
/// <param name="tokens">Shape [sum of counts]; token ids.</param>
public readonly ref struct TokenBatch(ReadOnlySpan<int> rows, ReadOnlySpan<int> counts, ReadOnlySpan<int> tokens)
{
    /// <summary>Row numbers, shape [R].</summary>
    public ReadOnlySpan<int> Rows { get; } = rows;

    /// <summary>Tokens for each row, shape [R].</summary>
    public ReadOnlySpan<int> Counts { get; } = counts;

    /// <summary>Token ids, shape [sum of <see cref="Counts"/>].</summary>
    public ReadOnlySpan<int> Tokens { get; } = tokens;
}

/// <summary>A kept prefix: a counted reference to cached pages that outlives the row it was kept from.</summary>
/// <param name="Id">Handle within its session.</param>
/// <param name="Length">Tokens of the prefix.</param>
public readonly record struct Branch(int Id, int Length);

/// <summary>
/// Rows of sequences over one tree of key-value pages. Used by one thread at a time.
/// </summary>
/// <remarks>
/// Batch invariance: a row's logits are bitwise the same whatever else is in the batch, however many threads
/// compute, and whether its tokens were read at once or one by one. No allocation per token after warm-up.
/// What a pass left to be read stays readable, also on copies of the row that <see cref="Reorder"/> makes, until the
/// next pass over that row; spans that were returned are valid until the next call that changes the session.
/// </remarks>
public interface ISession : IDisposable
{
    /// <summary>Rows now held; they are numbered 0 … RowCount−1.</summary>
    int RowCount { get; }

    /// <summary>Tokens of a row.</summary>
    int Length(int row);

    /// <summary>Tokens whose keys and values are held, shared ones counted once.</summary>
    int CachedTokens { get; }

    /// <summary>Tokens that have gone through the model since the session was opened.</summary>
    long ForwardTokens { get; }

    /// <summary>Adds a row with a prompt. Prefixes already held are not computed again.</summary>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <returns>The number of the new row. Logits and hidden state of its last token can be read.</returns>
    /// <exception cref="ArgumentException">The prompt is empty, longer than the context, or holds an unknown token.</exception>
    /// <exception cref="InvalidOperationException">A limit of the session would be exceeded.</exception>
    int Add(ReadOnlySpan<int> prompt);

    /// <summary>Appends tokens: prefill, decoding, teacher forcing and verification are all this call.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="read">What is to be read afterwards.</param>
    /// <exception cref="ArgumentException">The batch names a row twice, gives one no tokens, or holds an unknown token.</exception>
    /// <exception cref="InvalidOperationException">A row would be longer than the context, or a limit of the session would be exceeded.</exception>
    void Forward(in TokenBatch batch, Read read);

    /// <summary>Logits after a token. Shape [V].</summary>
    /// <param name="row">Row number.</param>
    /// <param name="position">Position of that token in the row, from 0.</param>
    /// <exception cref="InvalidOperationException">The last pass over this row did not ask for them.</exception>
    ReadOnlySpan<float> Logits(int row, int position);

    /// <summary>Natural-log probabilities of the tokens that the last pass appended to a row. Shape [tokens appended]. The first token of a row has none: NaN.</summary>
    ReadOnlySpan<float> LogProbs(int row);

    /// <summary>Hidden state of a token after the final norm. Shape [Width].</summary>
    ReadOnlySpan<float> Hidden(int row, int position);

    /// <summary>New row i becomes a copy of old row parents[i]; the count may change; absent rows are dropped. Costs no arithmetic.</summary>
    void Reorder(ReadOnlySpan<int> parents);

    /// <summary>Shortens a row to its first tokens.</summary>
    /// <param name="row">Row number.</param>
    /// <param name="length">Tokens to keep, 1 … the row's length.</param>
    void Truncate(int row, int length);

    /// <summary>Keeps the first tokens of a row for later, whatever happens to the row.</summary>
    /// <param name="row">Row number.</param>
    /// <param name="length">Tokens to keep, 1 … the row's length.</param>
    Branch Keep(int row, int length);

    /// <summary>Adds a row that continues a kept prefix. Costs no arithmetic; a pass must come before logits can be read.</summary>
    /// <returns>The number of the new row.</returns>
    int Restore(Branch branch);

    /// <summary>Gives a kept prefix up.</summary>
    void Release(Branch branch);
}
