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

    // Up to here, in registers of 512 bits, what is widened need not go through memory.
    private const int MostDotRows = 8;
    private const int MostDotRowsOfNarrowLanes = 2;

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
        int mostDotRows = TLanes.Count == 16 ? MostDotRows : MostDotRowsOfNarrowLanes;
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
                else if (rows <= mostDotRows && panel.Layout.HasDot)
                {
                    panel.Layout.Dot<TLanes>(panel.Weights, matrix.Inputs, column, x, stride, rows, sums);
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
        var tile = new TileOfSums<TLanes, TRows>(x, stride, sums);
        for (nint k = 0; k < inputs; k++, weights += PackedMatrix.PanelWidth)
        {
            tile.Add(TLanes.Load(weights), TLanes.Load(weights + TLanes.Count), k);
        }
        tile.Store(sums);
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
