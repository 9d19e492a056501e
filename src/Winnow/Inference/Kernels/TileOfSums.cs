using System.Runtime.CompilerServices;

namespace Winnow.Inference.Kernels;

/// <summary>
/// Sums of up to eight rows over two registers of outputs, which the compiler keeps in registers; rows that there are not
/// fall away when it compiles.
/// </summary>
/// <typeparam name="TLanes">The registers.</typeparam>
/// <typeparam name="TRows">How many rows.</typeparam>
internal unsafe ref struct TileOfSums<TLanes, TRows>
    where TLanes : unmanaged, ILanes<TLanes>
    where TRows : struct, ITileRows
{
    private const int Stride = PackedMatrix.PanelWidth;

    private readonly float* _x0, _x1, _x2, _x3, _x4, _x5, _x6, _x7;
    private Pair _s0, _s1, _s2, _s3, _s4, _s5, _s6, _s7;

    /// <param name="x">Shape [rows][stride]: what weights will be multiplied by.</param>
    /// <param name="stride">Numbers from one row of x to the next.</param>
    /// <param name="sums">Shape [rows][32]: where the sums begin.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TileOfSums(float* x, int stride, float* sums)
    {
        _x0 = x;
        _x1 = _x0 + stride;
        _x2 = _x1 + stride;
        _x3 = _x2 + stride;
        _x4 = _x3 + stride;
        _x5 = _x4 + stride;
        _x6 = _x5 + stride;
        _x7 = _x6 + stride;
        _s0 = new Pair(sums);
        _s1 = TRows.Count > 1 ? new Pair(sums + Stride) : default;
        _s2 = TRows.Count > 2 ? new Pair(sums + (2 * Stride)) : default;
        _s3 = TRows.Count > 3 ? new Pair(sums + (3 * Stride)) : default;
        _s4 = TRows.Count > 4 ? new Pair(sums + (4 * Stride)) : default;
        _s5 = TRows.Count > 5 ? new Pair(sums + (5 * Stride)) : default;
        _s6 = TRows.Count > 6 ? new Pair(sums + (6 * Stride)) : default;
        _s7 = TRows.Count > 7 ? new Pair(sums + (7 * Stride)) : default;
    }

    /// <summary>Adds an input's weights, times that input, to the sums of every row.</summary>
    /// <param name="left">Weights of the first register of outputs.</param>
    /// <param name="right">Those of the second.</param>
    /// <param name="input">Number of the input.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TLanes left, TLanes right, nint input)
    {
        _s0.Add(left, right, _x0[input]);
        if (TRows.Count > 1)
        {
            _s1.Add(left, right, _x1[input]);
        }
        if (TRows.Count > 2)
        {
            _s2.Add(left, right, _x2[input]);
        }
        if (TRows.Count > 3)
        {
            _s3.Add(left, right, _x3[input]);
        }
        if (TRows.Count > 4)
        {
            _s4.Add(left, right, _x4[input]);
        }
        if (TRows.Count > 5)
        {
            _s5.Add(left, right, _x5[input]);
        }
        if (TRows.Count > 6)
        {
            _s6.Add(left, right, _x6[input]);
        }
        if (TRows.Count > 7)
        {
            _s7.Add(left, right, _x7[input]);
        }
    }

    /// <summary>Puts the sums where they came from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* sums)
    {
        _s0.Store(sums);
        if (TRows.Count > 1)
        {
            _s1.Store(sums + Stride);
        }
        if (TRows.Count > 2)
        {
            _s2.Store(sums + (2 * Stride));
        }
        if (TRows.Count > 3)
        {
            _s3.Store(sums + (3 * Stride));
        }
        if (TRows.Count > 4)
        {
            _s4.Store(sums + (4 * Stride));
        }
        if (TRows.Count > 5)
        {
            _s5.Store(sums + (5 * Stride));
        }
        if (TRows.Count > 6)
        {
            _s6.Store(sums + (6 * Stride));
        }
        if (TRows.Count > 7)
        {
            _s7.Store(sums + (7 * Stride));
        }
    }

    private struct Pair
    {
        private TLanes _left;
        private TLanes _right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Pair(float* sums)
        {
            _left = TLanes.Load(sums);
            _right = TLanes.Load(sums + TLanes.Count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* sums)
        {
            _left.Store(sums);
            _right.Store(sums + TLanes.Count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(TLanes left, TLanes right, float input)
        {
            TLanes value = TLanes.Broadcast(input);
            _left = TLanes.MultiplyAdd(left, value, _left);
            _right = TLanes.MultiplyAdd(right, value, _right);
        }
    }
}
