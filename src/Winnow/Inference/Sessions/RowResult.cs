using Winnow.Inference.Kernels;
using Winnow.Models;

namespace Winnow.Inference.Sessions;

/// <summary>What the last pass over a row left to be read. Rows that were copied share one.</summary>
internal sealed class RowResult : IDisposable
{
    private AlignedBuffer? _hidden;
    private AlignedBuffer? _logits;
    private AlignedBuffer? _logProbs;

    /// <summary>Rows that read this.</summary>
    public int References { get; set; }

    /// <summary>Position of the first token of the pass.</summary>
    public int First { get; set; }

    /// <summary>Tokens of the pass.</summary>
    public int Count { get; set; }

    /// <summary>Position of the first hidden state that is held; they reach to the last token.</summary>
    public int FirstHidden { get; set; }

    /// <summary>Position of the first logits that are held; they reach to the last token.</summary>
    public int FirstLogits { get; set; }

    /// <summary>What was asked for.</summary>
    public Read Read { get; set; }

    /// <summary>Position of the last token.</summary>
    public int Last => First + Count - 1;

    public AlignedBuffer Hidden => _hidden!;

    public AlignedBuffer Logits => _logits!;

    public AlignedBuffer LogProbs => _logProbs!;

    /// <summary>Makes room; what was held may be lost.</summary>
    public void Reserve(long hidden, long logits, long logProbs)
    {
        Reserve(ref _hidden, hidden);
        Reserve(ref _logits, logits);
        Reserve(ref _logProbs, logProbs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hidden?.Dispose();
        _logits?.Dispose();
        _logProbs?.Dispose();
    }

    private static void Reserve(ref AlignedBuffer? buffer, long numbers)
    {
        if (numbers > 0 && (buffer is null || buffer.Length < numbers))
        {
            // Doubling, so that passes of slowly growing size do not allocate each time.
            long room = buffer is null ? numbers : Math.Max(numbers, 2 * buffer.Length);
            buffer?.Dispose();
            buffer = new AlignedBuffer(room);
        }
    }
}
