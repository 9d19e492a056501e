using Winnow.Inference.Kernels;

namespace Winnow.Inference.Sessions;

/// <summary>A hidden state whose logits are wanted, or the log-probability of the token that follows it.</summary>
internal unsafe struct OutputRequest
{
    /// <summary>Shape [width].</summary>
    public float* Hidden;

    /// <summary>Where the logits go, shape [V]; null where only a log-probability is wanted.</summary>
    public float* Logits;

    /// <summary>The token that follows; −1 where its log-probability is not wanted.</summary>
    public int Target;

    /// <summary>Where the log-probability goes.</summary>
    public float* LogProb;
}

/// <summary>Multiplies hidden states with the output matrix, on all threads of a team.</summary>
internal sealed unsafe class OutputPass : IParallelWork, IDisposable
{
    private const int MaxRequests = 64;

    // Blocks of a few rows times some panels: enough pieces for every thread, each large enough to be worth it.
    private const int PieceRows = 16;

    private readonly PackedMatrix _head;
    private readonly int _teamSize;
    private readonly AlignedBuffer _inputs;
    private readonly AlignedBuffer _rowPointers;
    private readonly float** _rows;
    private AlignedBuffer? _scratch;
    private OutputRequest[] _requests = [];
    private int _first;
    private int _count;
    private int _rowBlocks;
    private int _panelBlocks;
    private bool _isProduct;

    public OutputPass(PackedMatrix head, int teamSize)
    {
        _head = head;
        _teamSize = teamSize;
        _inputs = new AlignedBuffer((long)MaxRequests * head.Inputs);
        _rowPointers = new AlignedBuffer((long)MaxRequests * sizeof(float*) / sizeof(float));
        _rows = (float**)_rowPointers.Pointer;
    }

    /// <summary>Answers requests.</summary>
    public void Run(OutputRequest[] requests, int count)
    {
        _requests = requests;
        for (_first = 0; _first < count; _first += MaxRequests)
        {
            _count = Math.Min(MaxRequests, count - _first);
            bool needsLogProbs = Gather();
            _isProduct = true;
            _rowBlocks = (_count + PieceRows - 1) / PieceRows;
            _panelBlocks = Math.Clamp(((4 * _teamSize) + _rowBlocks - 1) / _rowBlocks, 1, _head.Panels);
            WorkerPool.Shared.Run(this, _rowBlocks * _panelBlocks, _teamSize);
            if (needsLogProbs)
            {
                _isProduct = false;
                WorkerPool.Shared.Run(this, _count, _teamSize);
            }
        }
    }

    /// <inheritdoc/>
    public void Run(int chunk, int worker)
    {
        if (_isProduct)
        {
            int row = chunk / _panelBlocks * PieceRows;
            int block = chunk % _panelBlocks;
            MatrixProduct.Apply(
                _inputs.Pointer + ((long)row * _head.Inputs), _head.Inputs, Math.Min(PieceRows, _count - row), _head,
                (int)((long)_head.Panels * block / _panelBlocks), (int)((long)_head.Panels * (block + 1) / _panelBlocks), _rows + row, adds: false);
            return;
        }
        ref OutputRequest request = ref _requests[_first + chunk];
        if (request.Target >= 0)
        {
            *request.LogProb = (float)LogSoftmax.At(new ReadOnlySpan<float>(_rows[chunk], _head.Outputs), request.Target);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inputs.Dispose();
        _rowPointers.Dispose();
        _scratch?.Dispose();
    }

    private bool Gather()
    {
        bool needsLogProbs = false;
        int scratchRows = 0;
        for (int i = 0; i < _count; i++)
        {
            ref OutputRequest request = ref _requests[_first + i];
            new ReadOnlySpan<float>(request.Hidden, _head.Inputs).CopyTo(_inputs.Span((long)i * _head.Inputs, _head.Inputs));
            scratchRows += request.Logits is null ? 1 : 0;
            needsLogProbs |= request.Target >= 0;
        }
        if (scratchRows > 0 && (_scratch is null || _scratch.Length < (long)scratchRows * _head.Outputs))
        {
            _scratch?.Dispose();
            _scratch = new AlignedBuffer((long)MaxRequests * _head.Outputs);
        }
        scratchRows = 0;
        for (int i = 0; i < _count; i++)
        {
            ref OutputRequest request = ref _requests[_first + i];
            _rows[i] = request.Logits is not null ? request.Logits : _scratch!.Pointer + ((long)scratchRows++ * _head.Outputs);
        }
        return needsLogProbs;
    }
}
