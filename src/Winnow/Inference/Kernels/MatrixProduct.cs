using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Winnow.Inference.Kernels;

/// <summary>
/// Rows times a packed matrix. Vectorised over outputs: every output is one chain of fused multiply-adds over the
/// inputs in their order, so it is bitwise the same however many rows are computed together, and by whom, and whether
/// weights were widened beforehand or are widened here, a few inputs at a time.
/// </summary>
/// <remarks>Blocked for registers: up to eight rows by 32 outputs share each load of weights (four by 16 with 256-bit registers).</remarks>
internal static unsafe class MatrixProduct
{
    private const int TileRows = 8;
    private const int TileStride = PackedMatrix.PanelWidth;
    private const int MaxRows = 64;

    // Up to here widening once for all rows costs more than reading the weights, which the nearest cache holds by then, anew for each.
    private const int MostDotRows = 2;

    // Inputs whose weights are widened at once: a tile stays in the nearest cache. Multiples of a group.
    private const int FewRowsChunk = 32;
    private const int ManyRowsChunk = 64;

    /// <summary>y = x W (+ bias), or y += x W (+ bias), for some panels of outputs.</summary>
    /// <param name="x">Shape [rows][stride]; the first inputs of each row count.</param>
    /// <param name="stride">Numbers from one row of x to the next.</param>
    /// <param name="rows">Rows; 1 or more.</param>
    /// <param name="matrix">The weights.</param>
    /// <param name="firstPanel">First panel.</param>
    /// <param name="endPanel">Panel after the last.</param>
    /// <param name="y">Shape [rows]; where each row's outputs begin.</param>
    /// <param name="adds">Whether y is added to.</param>
    public static void Apply(float* x, int stride, int rows, PackedMatrix matrix, int firstPanel, int endPanel, float** y, bool adds)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Apply<Lanes512>(x, stride, rows, matrix, firstPanel, endPanel, y, adds);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Apply<Lanes256>(x, stride, rows, matrix, firstPanel, endPanel, y, adds);
        }
        else
        {
            Apply<Lanes128>(x, stride, rows, matrix, firstPanel, endPanel, y, adds);
        }
    }

    /// <summary>The same with a chosen register width.</summary>
    internal static void Apply<TLanes>(
        float* x, int stride, int rows, PackedMatrix matrix, int firstPanel, int endPanel, float** y, bool adds)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; rows > 0; rows -= MaxRows, x += (long)MaxRows * stride, y += MaxRows)
        {
            Block<TLanes>(x, stride, Math.Min(rows, MaxRows), matrix, firstPanel, endPanel, y, adds);
        }
    }

    [SkipLocalsInit]
    private static void Block<TLanes>(
        float* x, int stride, int rows, PackedMatrix matrix, int firstPanel, int endPanel, float** y, bool adds)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Sums go through memory: a kernel that called anything would keep none of them in registers.
        float* sums = stackalloc float[MaxRows * TileStride];
        float* tile = stackalloc float[ManyRowsChunk * TileStride];
        // Few rows: small pieces, so that the processor widens the next one while the sums of this one wait for each other.
        int chunk = rows < TileRows ? FewRowsChunk : ManyRowsChunk;
        int strip = 2 * TLanes.Count;
        for (int at = firstPanel; at < endPanel; at++)
        {
            ref readonly PackedMatrix.Panel panel = ref matrix.At(at);
            for (int column = 0; column < panel.Outputs; column += strip)
            {
                new Span<float>(sums, rows * TileStride).Clear();
                if (panel.IsSingle)
                {
                    Accumulate<TLanes>(x, stride, rows, (float*)panel.Weights + column, matrix.Inputs, sums);
                }
                else if (rows <= MostDotRows && panel.Layout.HasDot)
                {
                    for (int row = 0; row < rows; row++)
                    {
                        panel.Layout.Dot<TLanes>(panel.Weights, matrix.Inputs, column, x + ((long)row * stride), sums + (row * TileStride));
                    }
                }
                else
                {
                    for (int first = 0; first < matrix.Inputs; first += chunk)
                    {
                        int count = Math.Min(chunk, matrix.Inputs - first);
                        panel.Layout.Widen<TLanes>(panel.Weights, first, count, column, tile);
                        panel.Layout.Widen<TLanes>(panel.Weights, first, count, column + TLanes.Count, tile + TLanes.Count);
                        Accumulate<TLanes>(x + first, stride, rows, tile, count, sums);
                    }
                }
                int output = panel.FirstOutput + column;
                var target = new Target(y, output, Math.Min(strip, panel.Outputs - column), matrix.Bias is null ? null : matrix.Bias + output, adds);
                target.Take<TLanes>(sums, 0, rows);
            }
        }
    }

    private static void Accumulate<TLanes>(float* x, int stride, int rows, float* weights, int inputs, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Sixteen sums fill the registers of 256 bits already with four rows.
        int most = TLanes.Count == 8 ? 4 : TileRows;
        while (rows > 0)
        {
            // A row by itself would wait for its own sums at every input, so none is left alone.
            int take = rows == most + 1 ? most - 1 : Math.Min(rows, most);
            switch (take)
            {
                case 1: Tile<TLanes, One>(x, stride, weights, inputs, sums); break;
                case 2: Tile<TLanes, Two>(x, stride, weights, inputs, sums); break;
                case 3: Tile<TLanes, Three>(x, stride, weights, inputs, sums); break;
                case 4: Tile<TLanes, Four>(x, stride, weights, inputs, sums); break;
                case 5: Tile<TLanes, Five>(x, stride, weights, inputs, sums); break;
                case 6: Tile<TLanes, Six>(x, stride, weights, inputs, sums); break;
                case 7: Tile<TLanes, Seven>(x, stride, weights, inputs, sums); break;
                default: Tile<TLanes, Eight>(x, stride, weights, inputs, sums); break;
            }
            x += (long)take * stride;
            sums += take * TileStride;
            rows -= take;
        }
    }

    // The number of rows is known when this is compiled: what it does not need falls away.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TLanes, TRows>(float* x, int stride, float* weights, int inputs, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : struct, ITileRows
    {
        float* x0 = x, x1 = x0 + stride, x2 = x1 + stride, x3 = x2 + stride;
        float* x4 = x3 + stride, x5 = x4 + stride, x6 = x5 + stride, x7 = x6 + stride;
        TLanes a0 = TLanes.Load(sums), b0 = TLanes.Load(sums + TLanes.Count);
        TLanes a1 = default, b1 = default, a2 = default, b2 = default, a3 = default, b3 = default, a4 = default, b4 = default;
        TLanes a5 = default, b5 = default, a6 = default, b6 = default, a7 = default, b7 = default;
        if (TRows.Count > 1)
        {
            a1 = TLanes.Load(sums + TileStride);
            b1 = TLanes.Load(sums + TileStride + TLanes.Count);
        }
        if (TRows.Count > 2)
        {
            a2 = TLanes.Load(sums + (2 * TileStride));
            b2 = TLanes.Load(sums + (2 * TileStride) + TLanes.Count);
        }
        if (TRows.Count > 3)
        {
            a3 = TLanes.Load(sums + (3 * TileStride));
            b3 = TLanes.Load(sums + (3 * TileStride) + TLanes.Count);
        }
        if (TRows.Count > 4)
        {
            a4 = TLanes.Load(sums + (4 * TileStride));
            b4 = TLanes.Load(sums + (4 * TileStride) + TLanes.Count);
        }
        if (TRows.Count > 5)
        {
            a5 = TLanes.Load(sums + (5 * TileStride));
            b5 = TLanes.Load(sums + (5 * TileStride) + TLanes.Count);
        }
        if (TRows.Count > 6)
        {
            a6 = TLanes.Load(sums + (6 * TileStride));
            b6 = TLanes.Load(sums + (6 * TileStride) + TLanes.Count);
        }
        if (TRows.Count > 7)
        {
            a7 = TLanes.Load(sums + (7 * TileStride));
            b7 = TLanes.Load(sums + (7 * TileStride) + TLanes.Count);
        }
        for (nint k = 0; k < inputs; k++)
        {
            TLanes left = TLanes.Load(weights);
            TLanes right = TLanes.Load(weights + TLanes.Count);
            weights += PackedMatrix.PanelWidth;
            TLanes value = TLanes.Broadcast(x0[k]);
            a0 = TLanes.MultiplyAdd(left, value, a0);
            b0 = TLanes.MultiplyAdd(right, value, b0);
            if (TRows.Count > 1)
            {
                value = TLanes.Broadcast(x1[k]);
                a1 = TLanes.MultiplyAdd(left, value, a1);
                b1 = TLanes.MultiplyAdd(right, value, b1);
            }
            if (TRows.Count > 2)
            {
                value = TLanes.Broadcast(x2[k]);
                a2 = TLanes.MultiplyAdd(left, value, a2);
                b2 = TLanes.MultiplyAdd(right, value, b2);
            }
            if (TRows.Count > 3)
            {
                value = TLanes.Broadcast(x3[k]);
                a3 = TLanes.MultiplyAdd(left, value, a3);
                b3 = TLanes.MultiplyAdd(right, value, b3);
            }
            if (TRows.Count > 4)
            {
                value = TLanes.Broadcast(x4[k]);
                a4 = TLanes.MultiplyAdd(left, value, a4);
                b4 = TLanes.MultiplyAdd(right, value, b4);
            }
            if (TRows.Count > 5)
            {
                value = TLanes.Broadcast(x5[k]);
                a5 = TLanes.MultiplyAdd(left, value, a5);
                b5 = TLanes.MultiplyAdd(right, value, b5);
            }
            if (TRows.Count > 6)
            {
                value = TLanes.Broadcast(x6[k]);
                a6 = TLanes.MultiplyAdd(left, value, a6);
                b6 = TLanes.MultiplyAdd(right, value, b6);
            }
            if (TRows.Count > 7)
            {
                value = TLanes.Broadcast(x7[k]);
                a7 = TLanes.MultiplyAdd(left, value, a7);
                b7 = TLanes.MultiplyAdd(right, value, b7);
            }
        }
        a0.Store(sums);
        b0.Store(sums + TLanes.Count);
        if (TRows.Count > 1)
        {
            a1.Store(sums + TileStride);
            b1.Store(sums + TileStride + TLanes.Count);
        }
        if (TRows.Count > 2)
        {
            a2.Store(sums + (2 * TileStride));
            b2.Store(sums + (2 * TileStride) + TLanes.Count);
        }
        if (TRows.Count > 3)
        {
            a3.Store(sums + (3 * TileStride));
            b3.Store(sums + (3 * TileStride) + TLanes.Count);
        }
        if (TRows.Count > 4)
        {
            a4.Store(sums + (4 * TileStride));
            b4.Store(sums + (4 * TileStride) + TLanes.Count);
        }
        if (TRows.Count > 5)
        {
            a5.Store(sums + (5 * TileStride));
            b5.Store(sums + (5 * TileStride) + TLanes.Count);
        }
        if (TRows.Count > 6)
        {
            a6.Store(sums + (6 * TileStride));
            b6.Store(sums + (6 * TileStride) + TLanes.Count);
        }
        if (TRows.Count > 7)
        {
            a7.Store(sums + (7 * TileStride));
            b7.Store(sums + (7 * TileStride) + TLanes.Count);
        }
    }

    /// <summary>Where a strip of outputs goes.</summary>
    private readonly struct Target(float** rows, int output, int count, float* bias, bool adds)
    {
        public void Take<TLanes>(float* tile, int firstRow, int rowCount)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            for (int row = 0; row < rowCount; row++, tile += TileStride)
            {
                float* y = rows[firstRow + row] + output;
                for (int i = 0; i < count; i += TLanes.Count)
                {
                    if (i + TLanes.Count > count)
                    {
                        TakePart(tile, y, i);
                        break;
                    }
                    TLanes sums = TLanes.Load(tile + i);
                    sums = bias is null ? sums : TLanes.Add(sums, TLanes.Load(bias + i));
                    sums = adds ? TLanes.Add(TLanes.Load(y + i), sums) : sums;
                    sums.Store(y + i);
                }
            }
        }

        private void TakePart(float* tile, float* y, int first)
        {
            for (int i = first; i < count; i++)
            {
                float sum = bias is null ? tile[i] : tile[i] + bias[i];
                y[i] = adds ? y[i] + sum : sum;
            }
        }
    }
}
