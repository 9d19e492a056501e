using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Winnow.Inference.Kernels;

/// <summary>
/// Rows times a packed matrix. Vectorised over outputs: every output is one chain of fused multiply-adds over the
/// inputs in their order, so it is bitwise the same however many rows are computed together, and by whom.
/// </summary>
/// <remarks>Blocked for registers: eight rows by 32 outputs share each load of weights (four by 16 with 256-bit registers).</remarks>
internal static unsafe class MatrixProduct
{
    private const int TileRows = 8;
    private const int TileStride = PackedMatrix.PanelWidth;

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
        // Sums go through a tile on the stack: a kernel that called anything would keep none of them in registers.
        float* tile = stackalloc float[TileRows * TileStride];
        int strip = 2 * TLanes.Count;
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            for (int column = 0; column < PackedMatrix.PanelWidth; column += strip)
            {
                int output = (panel * PackedMatrix.PanelWidth) + column;
                int count = Math.Min(strip, matrix.Outputs - output);
                if (count <= 0)
                {
                    break;
                }
                var target = new Target(y, output, count, matrix.Bias is null ? null : matrix.Bias + output, adds);
                float* weights = matrix.Panel(panel) + column;
                int row = 0;
                if (TLanes.Count != 8)
                {
                    for (; row + 8 <= rows; row += 8)
                    {
                        Eight<TLanes>(x + ((long)row * stride), stride, weights, matrix.Inputs, tile);
                        target.Take<TLanes>(tile, row, 8);
                    }
                }
                for (; row + 4 <= rows; row += 4)
                {
                    Four<TLanes>(x + ((long)row * stride), stride, weights, matrix.Inputs, tile);
                    target.Take<TLanes>(tile, row, 4);
                }
                for (; row < rows; row++)
                {
                    One<TLanes>(x + ((long)row * stride), weights, matrix.Inputs, tile);
                    target.Take<TLanes>(tile, row, 1);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Eight<TLanes>(float* x, int stride, float* weights, int inputs, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* x0 = x, x1 = x0 + stride, x2 = x1 + stride, x3 = x2 + stride;
        float* x4 = x3 + stride, x5 = x4 + stride, x6 = x5 + stride, x7 = x6 + stride;
        TLanes a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        TLanes b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        for (nint k = 0; k < inputs; k++)
        {
            TLanes left = TLanes.Load(weights);
            TLanes right = TLanes.Load(weights + TLanes.Count);
            weights += PackedMatrix.PanelWidth;
            TLanes value = TLanes.Broadcast(x0[k]);
            a0 = TLanes.MultiplyAdd(left, value, a0);
            b0 = TLanes.MultiplyAdd(right, value, b0);
            value = TLanes.Broadcast(x1[k]);
            a1 = TLanes.MultiplyAdd(left, value, a1);
            b1 = TLanes.MultiplyAdd(right, value, b1);
            value = TLanes.Broadcast(x2[k]);
            a2 = TLanes.MultiplyAdd(left, value, a2);
            b2 = TLanes.MultiplyAdd(right, value, b2);
            value = TLanes.Broadcast(x3[k]);
            a3 = TLanes.MultiplyAdd(left, value, a3);
            b3 = TLanes.MultiplyAdd(right, value, b3);
            value = TLanes.Broadcast(x4[k]);
            a4 = TLanes.MultiplyAdd(left, value, a4);
            b4 = TLanes.MultiplyAdd(right, value, b4);
            value = TLanes.Broadcast(x5[k]);
            a5 = TLanes.MultiplyAdd(left, value, a5);
            b5 = TLanes.MultiplyAdd(right, value, b5);
            value = TLanes.Broadcast(x6[k]);
            a6 = TLanes.MultiplyAdd(left, value, a6);
            b6 = TLanes.MultiplyAdd(right, value, b6);
            value = TLanes.Broadcast(x7[k]);
            a7 = TLanes.MultiplyAdd(left, value, a7);
            b7 = TLanes.MultiplyAdd(right, value, b7);
        }
        a0.Store(tile);
        b0.Store(tile + TLanes.Count);
        a1.Store(tile + TileStride);
        b1.Store(tile + TileStride + TLanes.Count);
        a2.Store(tile + (2 * TileStride));
        b2.Store(tile + (2 * TileStride) + TLanes.Count);
        a3.Store(tile + (3 * TileStride));
        b3.Store(tile + (3 * TileStride) + TLanes.Count);
        a4.Store(tile + (4 * TileStride));
        b4.Store(tile + (4 * TileStride) + TLanes.Count);
        a5.Store(tile + (5 * TileStride));
        b5.Store(tile + (5 * TileStride) + TLanes.Count);
        a6.Store(tile + (6 * TileStride));
        b6.Store(tile + (6 * TileStride) + TLanes.Count);
        a7.Store(tile + (7 * TileStride));
        b7.Store(tile + (7 * TileStride) + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Four<TLanes>(float* x, int stride, float* weights, int inputs, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* x0 = x, x1 = x0 + stride, x2 = x1 + stride, x3 = x2 + stride;
        TLanes a0 = default, a1 = default, a2 = default, a3 = default;
        TLanes b0 = default, b1 = default, b2 = default, b3 = default;
        for (nint k = 0; k < inputs; k++)
        {
            TLanes left = TLanes.Load(weights);
            TLanes right = TLanes.Load(weights + TLanes.Count);
            weights += PackedMatrix.PanelWidth;
            TLanes value = TLanes.Broadcast(x0[k]);
            a0 = TLanes.MultiplyAdd(left, value, a0);
            b0 = TLanes.MultiplyAdd(right, value, b0);
            value = TLanes.Broadcast(x1[k]);
            a1 = TLanes.MultiplyAdd(left, value, a1);
            b1 = TLanes.MultiplyAdd(right, value, b1);
            value = TLanes.Broadcast(x2[k]);
            a2 = TLanes.MultiplyAdd(left, value, a2);
            b2 = TLanes.MultiplyAdd(right, value, b2);
            value = TLanes.Broadcast(x3[k]);
            a3 = TLanes.MultiplyAdd(left, value, a3);
            b3 = TLanes.MultiplyAdd(right, value, b3);
        }
        a0.Store(tile);
        b0.Store(tile + TLanes.Count);
        a1.Store(tile + TileStride);
        b1.Store(tile + TileStride + TLanes.Count);
        a2.Store(tile + (2 * TileStride));
        b2.Store(tile + (2 * TileStride) + TLanes.Count);
        a3.Store(tile + (3 * TileStride));
        b3.Store(tile + (3 * TileStride) + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void One<TLanes>(float* x, float* weights, int inputs, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes a = default, b = default;
        for (nint k = 0; k < inputs; k++)
        {
            TLanes value = TLanes.Broadcast(x[k]);
            a = TLanes.MultiplyAdd(TLanes.Load(weights), value, a);
            b = TLanes.MultiplyAdd(TLanes.Load(weights + TLanes.Count), value, b);
            weights += PackedMatrix.PanelWidth;
        }
        a.Store(tile);
        b.Store(tile + TLanes.Count);
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
