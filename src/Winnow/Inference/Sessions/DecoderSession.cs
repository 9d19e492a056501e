using Winnow.Inference.Decoders;
using Winnow.Inference.Kernels;
using Winnow.Models;

namespace Winnow.Inference.Sessions;

/// <summary>Rows of a decoder over one tree of key-value pages.</summary>
/// <remarks>
/// Every sum over inputs, dimensions and positions has one order that depends on the row's own tokens alone; see
/// <see cref="MatrixProduct"/> and <see cref="PagedAttention"/>. Memory grows with the tokens that are held.
/// </remarks>
internal sealed unsafe partial class DecoderSession : ISession
{
    private readonly DecoderModel _model;
    private readonly DecoderWeights _weights;
    private readonly DecoderSettings _settings;
    private readonly SessionOptions _options;
    private readonly PageStore _pages;
    private readonly PageTree _tree;
    private readonly long _maxBytes;
    private readonly Stack<RowState> _spareRows = [];
    private readonly Stack<RowResult> _spareResults = [];
    private readonly List<RowResult> _allResults = [];
    private readonly Dictionary<int, int> _branches = [];
    private RowState[] _rows = new RowState[16];
    private RowState[] _parents = new RowState[16];
    private int _rowCount;
    private int _nextBranch = 1;
    private bool _isDisposed;

    public DecoderSession(DecoderModel model, DecoderWeights weights, SessionOptions options)
    {
        _model = model;
        _weights = weights;
        _prompts = model.PromptCache;
        _settings = weights.Settings;
        _options = options;
        _pages = new PageStore(_settings.Layers, _settings.KeyValueHeads, _settings.HeadWidth);
        _tree = new PageTree(_pages);
        _maxBytes = options.MaxBytes > 0 ? options.MaxBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        _schedule = new PassSchedule(weights, _pages, options.Threads == 0 ? Environment.ProcessorCount : options.Threads);
    }

    /// <inheritdoc/>
    public int RowCount => _rowCount;

    /// <inheritdoc/>
    public int CachedTokens => _tree.Tokens;

    /// <inheritdoc/>
    public long ForwardTokens { get; private set; }

    /// <inheritdoc/>
    public int Length(int row) => Row(row).Length;

    /// <inheritdoc/>
    public int Add(ReadOnlySpan<int> prompt)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        CheckPrompt(prompt);
        CheckRows(_rowCount + 1);
        int held = _tree.Match(prompt, out int node);
        CheckRoom(prompt.Length - held);
        CheckMemory(prompt.Length - held, 1, 1, 1);
        int leaf = _tree.Ancestor(node, held);
        _tree.Hold(leaf);
        RowState row = AddRow(leaf);
        int missing = ReadPrompt(row, prompt);
        int first = Math.Min(row.Length, prompt.Length - 1);
        BeginPass();
        AppendToPass(row, prompt[first..], first, _schedule.HasHead ? Read.LastLogits | Read.LastHidden : Read.LastHidden);
        EndPass();
        WritePrompt(row, prompt, missing);
        return _rowCount - 1;
    }

    /// <inheritdoc/>
    public void Reorder(ReadOnlySpan<int> parents)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        CheckRows(parents.Length);
        foreach (int parent in parents)
        {
            _ = Row(parent);
        }
        Grow(parents.Length);
        Array.Copy(_rows, _parents, _rowCount);
        int old = _rowCount;
        for (int i = 0; i < parents.Length; i++)
        {
            RowState row = _spareRows.TryPop(out RowState? spare) ? spare : new RowState();
            row.CopyFrom(_parents[parents[i]]);
            _tree.Hold(row.Leaf);
            if (row.Result is { } result)
            {
                result.References++;
            }
            _rows[i] = row;
        }
        for (int i = 0; i < old; i++)
        {
            Drop(_parents[i]);
        }
        _rowCount = parents.Length;
    }

    /// <inheritdoc/>
    public void Truncate(int row, int length)
    {
        RowState state = Row(row);
        CheckLength(state, length);
        int leaf = _tree.Ancestor(state.Leaf, length);
        _tree.Hold(leaf);
        _tree.Release(state.Leaf);
        state.Reset(_tree, leaf);
    }

    /// <inheritdoc/>
    public Branch Keep(int row, int length)
    {
        RowState state = Row(row);
        CheckLength(state, length);
        int node = _tree.Ancestor(state.Leaf, length);
        _tree.Hold(node);
        int id = _nextBranch++;
        _branches.Add(id, node);
        return new Branch(id, length);
    }

    /// <inheritdoc/>
    public int Restore(Branch branch)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        int node = Kept(branch);
        CheckRows(_rowCount + 1);
        _tree.Hold(node);
        AddRow(node);
        return _rowCount - 1;
    }

    /// <inheritdoc/>
    public void Release(Branch branch)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _tree.Release(Kept(branch));
        _branches.Remove(branch.Id);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _schedule.Dispose();
            _pages.Dispose();
            foreach (RowResult result in _allResults)
            {
                result.Dispose();
            }
            _model.Close();
        }
    }

    private RowState Row(int row)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return (uint)row < (uint)_rowCount
            ? _rows[row]
            : throw new ArgumentOutOfRangeException(nameof(row), row, $"The session has {_rowCount} rows, numbered from 0.");
    }

    private RowState AddRow(int leaf)
    {
        Grow(_rowCount + 1);
        RowState row = _spareRows.TryPop(out RowState? spare) ? spare : new RowState();
        row.Reset(_tree, leaf);
        row.Result = null;
        _rows[_rowCount++] = row;
        return row;
    }

    private void Grow(int rows)
    {
        if (rows > _rows.Length)
        {
            Array.Resize(ref _rows, Math.Max(rows, 2 * _rows.Length));
            Array.Resize(ref _parents, _rows.Length);
        }
    }

    private void Drop(RowState row)
    {
        _tree.Release(row.Leaf);
        Drop(row.Result);
        row.Result = null;
        _spareRows.Push(row);
    }

    private void Drop(RowResult? result)
    {
        if (result is not null && --result.References == 0)
        {
            _spareResults.Push(result);
        }
    }

    private int Kept(Branch branch) => _branches.TryGetValue(branch.Id, out int node)
        ? node
        : throw new ArgumentException($"Branch {branch.Id} is not kept by this session: it was released, or comes from another one.", nameof(branch));

    private void CheckPrompt(ReadOnlySpan<int> prompt)
    {
        if (prompt.IsEmpty)
        {
            throw new ArgumentException("A prompt must have at least one token.", nameof(prompt));
        }
        if (prompt.Length > _settings.ContextLength)
        {
            throw new ArgumentException($"The prompt has {prompt.Length} tokens; the model's context holds {_settings.ContextLength}.", nameof(prompt));
        }
        CheckTokens(prompt, nameof(prompt));
    }

    private void CheckTokens(ReadOnlySpan<int> tokens, string name)
    {
        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)_settings.VocabularySize)
            {
                throw new ArgumentException($"Token {token} is not in the vocabulary; there are tokens 0 to {_settings.VocabularySize - 1}.", name);
            }
        }
    }

    private static void CheckLength(RowState row, int length)
    {
        if (length < 1 || length > row.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"The row has {row.Length} tokens; 1 to {row.Length} can be kept.");
        }
    }

    private void CheckRows(int rows)
    {
        if (rows > _options.MaxRows)
        {
            throw new InvalidOperationException($"The session would have {rows} rows; it was opened for {_options.MaxRows}. Raise {nameof(SessionOptions)}.{nameof(SessionOptions.MaxRows)}.");
        }
    }

    // Pages are counted as if every row began a new one: the most that the pass can need.
    private void CheckMemory(long tokens, int rows, long hiddens, long logits)
    {
        long pages = Math.Max(0, (tokens / PageStore.PageTokens) + (2L * rows) - _pages.FreePages) * _pages.PageBytes;
        long results = SessionMemory.ResultBytes(_settings, hiddens, logits);
        if (_pages.Bytes + pages + results > _maxBytes)
        {
            throw new InvalidOperationException(
                $"The session holds {_pages.Bytes >> 20} MB of keys and values; {tokens} tokens more would need {pages >> 20} MB, and what is to be read of them {results >> 20} MB: over the limit of {_maxBytes >> 20} MB. Use fewer or shorter rows, read fewer positions, or raise {nameof(SessionOptions)}.{nameof(SessionOptions.MaxBytes)}.");
        }
    }

    private void CheckRoom(int tokens)
    {
        if ((long)_tree.Tokens + tokens > _options.MaxCachedTokens)
        {
            throw new InvalidOperationException(
                $"The session holds {_tree.Tokens} tokens and would need {tokens} more; it was opened for {_options.MaxCachedTokens}. Drop rows, release branches, or raise {nameof(SessionOptions)}.{nameof(SessionOptions.MaxCachedTokens)}.");
        }
    }
}
