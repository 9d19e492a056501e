using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Winnow.Inference.Kernels.Panels;

/// <summary>Q8_0: a group has 32 rows of 32 bytes, then a half-precision scale a lane.</summary>
internal readonly unsafe struct BytePanels : IPanelFormat
{
    private const int BlockBytes = 34;
    private const int ScaleAt = PanelWords.Inputs * PanelLayout.Width;
    private const int GroupBytes = ScaleAt + (2 * PanelLayout.Width);

    public static long PanelBytes(int inputs) => (long)inputs / PanelWords.Inputs * GroupBytes;

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        for (int group = 0; group < inputs / PanelWords.Inputs; group++, panel += GroupBytes, row = row[BlockBytes..])
        {
            for (int k = 0; k < PanelWords.Inputs; k++)
            {
                panel[(k * PanelLayout.Width) + lane] = row[2 + k];
            }
            PanelWords.PackHalf(row, panel + ScaleAt, lane);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        byte* group = panel + ((long)first / PanelWords.Inputs * GroupBytes);
        for (int k = 0; k < count; k += PanelWords.Inputs, group += GroupBytes)
        {
            TLanes scale = TLanes.LoadHalves((ushort*)(group + ScaleAt) + column);
            sbyte* source = (sbyte*)group + column;
            for (int i = 0; i < PanelWords.Inputs; i++, source += PanelLayout.Width, tile += PanelLayout.Width)
            {
                TLanes.Multiply(TLanes.LoadSBytes(source), scale).Store(tile);
            }
        }
    }

    public static bool HasDot => true;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Dot<TLanes, TRows>(byte* panel, int inputs, int column, float* x, int stride, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : struct, ITileRows
    {
        var tile = new TileOfSums<TLanes, TRows>(x, stride, sums);
        for (int k = 0; k < inputs; k += PanelWords.Inputs, panel += GroupBytes)
        {
            ushort* scales = (ushort*)(panel + ScaleAt) + column;
            TLanes left = TLanes.LoadHalves(scales);
            TLanes right = TLanes.LoadHalves(scales + TLanes.Count);
            sbyte* source = (sbyte*)panel + column;
            for (int i = 0; i < PanelWords.Inputs; i++, source += PanelLayout.Width)
            {
                tile.Add(TLanes.Multiply(TLanes.LoadSBytes(source), left), TLanes.Multiply(TLanes.LoadSBytes(source + TLanes.Count), right), k + i);
            }
        }
        tile.Store(sums);
    }
}

/// <summary>Q4_0: a group has 4-bit words, then a half-precision scale a lane; levels lie around 8.</summary>
internal readonly unsafe struct Nibble0Panels : IPanelFormat
{
    private const int BlockBytes = 18;
    private const int GroupBytes = PanelWords.NibbleBytes + (2 * PanelLayout.Width);

    public static long PanelBytes(int inputs) => (long)inputs / PanelWords.Inputs * GroupBytes;

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        for (int group = 0; group < inputs / PanelWords.Inputs; group++, panel += GroupBytes, row = row[BlockBytes..])
        {
            SmallBlockBits.PackNibbles(row[2..18], panel, lane);
            PanelWords.PackHalf(row, panel + PanelWords.NibbleBytes, lane);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        byte* group = panel + ((long)first / PanelWords.Inputs * GroupBytes);
        TLanes centre = TLanes.Broadcast(-8);
        for (int k = 0; k < count; k += PanelWords.Inputs, group += GroupBytes, tile += PanelWords.Inputs * PanelLayout.Width)
        {
            TLanes scale = TLanes.LoadHalves((ushort*)(group + PanelWords.NibbleBytes) + column);
            PanelWords.Nibbles((uint*)group + column, scale, TLanes.Multiply(scale, centre), tile);
        }
    }

    public static bool HasDot => true;

    public static void Dot<TLanes, TRows>(byte* panel, int inputs, int column, float* x, int stride, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : struct, ITileRows => NibbleDot.Add<TLanes, TRows>(panel, inputs, GroupBytes, minimumAt: 0, column, x, stride, sums);
}

/// <summary>Q4_1: a group has 4-bit words, then half-precision scales and minima.</summary>
internal readonly unsafe struct Nibble1Panels : IPanelFormat
{
    private const int BlockBytes = 20;
    private const int MinimumAt = PanelWords.NibbleBytes + (2 * PanelLayout.Width);
    private const int GroupBytes = MinimumAt + (2 * PanelLayout.Width);

    public static long PanelBytes(int inputs) => (long)inputs / PanelWords.Inputs * GroupBytes;

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        for (int group = 0; group < inputs / PanelWords.Inputs; group++, panel += GroupBytes, row = row[BlockBytes..])
        {
            SmallBlockBits.PackNibbles(row[4..20], panel, lane);
            PanelWords.PackHalf(row, panel + PanelWords.NibbleBytes, lane);
            PanelWords.PackHalf(row[2..], panel + MinimumAt, lane);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        byte* group = panel + ((long)first / PanelWords.Inputs * GroupBytes);
        for (int k = 0; k < count; k += PanelWords.Inputs, group += GroupBytes, tile += PanelWords.Inputs * PanelLayout.Width)
        {
            TLanes scale = TLanes.LoadHalves((ushort*)(group + PanelWords.NibbleBytes) + column);
            PanelWords.Nibbles((uint*)group + column, scale, TLanes.LoadHalves((ushort*)(group + MinimumAt) + column), tile);
        }
    }

    public static bool HasDot => true;

    public static void Dot<TLanes, TRows>(byte* panel, int inputs, int column, float* x, int stride, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : struct, ITileRows => NibbleDot.Add<TLanes, TRows>(panel, inputs, GroupBytes, MinimumAt, column, x, stride, sums);
}

/// <summary>Q5_0: a group has 4-bit words, fifth bits, then half-precision scales; levels lie around 16.</summary>
internal readonly unsafe struct Five0Panels : IPanelFormat
{
    private const int BlockBytes = 22;
    private const int ScaleAt = PanelWords.NibbleBytes + PanelWords.BitBytes;
    private const int GroupBytes = ScaleAt + (2 * PanelLayout.Width);

    public static long PanelBytes(int inputs) => (long)inputs / PanelWords.Inputs * GroupBytes;

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        for (int group = 0; group < inputs / PanelWords.Inputs; group++, panel += GroupBytes, row = row[BlockBytes..])
        {
            SmallBlockBits.PackNibbles(row[6..22], panel, lane);
            ((uint*)(panel + PanelWords.NibbleBytes))[lane] = MemoryMarshal.Read<uint>(row[2..]);
            PanelWords.PackHalf(row, panel + ScaleAt, lane);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        byte* group = panel + ((long)first / PanelWords.Inputs * GroupBytes);
        TLanes centre = TLanes.Broadcast(-16);
        for (int k = 0; k < count; k += PanelWords.Inputs, group += GroupBytes, tile += PanelWords.Inputs * PanelLayout.Width)
        {
            TLanes scale = TLanes.LoadHalves((ushort*)(group + ScaleAt) + column);
            PanelWords.FiveBits((uint*)group + column, (uint*)(group + PanelWords.NibbleBytes) + column, scale, TLanes.Multiply(scale, centre), tile);
        }
    }
}

/// <summary>Q5_1: a group has 4-bit words, fifth bits, then half-precision scales and minima.</summary>
internal readonly unsafe struct Five1Panels : IPanelFormat
{
    private const int BlockBytes = 24;
    private const int ScaleAt = PanelWords.NibbleBytes + PanelWords.BitBytes;
    private const int MinimumAt = ScaleAt + (2 * PanelLayout.Width);
    private const int GroupBytes = MinimumAt + (2 * PanelLayout.Width);

    public static long PanelBytes(int inputs) => (long)inputs / PanelWords.Inputs * GroupBytes;

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        for (int group = 0; group < inputs / PanelWords.Inputs; group++, panel += GroupBytes, row = row[BlockBytes..])
        {
            SmallBlockBits.PackNibbles(row[8..24], panel, lane);
            ((uint*)(panel + PanelWords.NibbleBytes))[lane] = MemoryMarshal.Read<uint>(row[4..]);
            PanelWords.PackHalf(row, panel + ScaleAt, lane);
            PanelWords.PackHalf(row[2..], panel + MinimumAt, lane);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        byte* group = panel + ((long)first / PanelWords.Inputs * GroupBytes);
        for (int k = 0; k < count; k += PanelWords.Inputs, group += GroupBytes, tile += PanelWords.Inputs * PanelLayout.Width)
        {
            TLanes scale = TLanes.LoadHalves((ushort*)(group + ScaleAt) + column);
            PanelWords.FiveBits(
                (uint*)group + column, (uint*)(group + PanelWords.NibbleBytes) + column, scale, TLanes.LoadHalves((ushort*)(group + MinimumAt) + column), tile);
        }
    }
}

/// <summary>A few rows times 4-bit words: what is widened goes straight into the sums.</summary>
internal static unsafe class NibbleDot
{
    /// <summary>Adds the products of rows with two registers of lanes.</summary>
    /// <param name="panel">Groups of 4-bit words, each followed by its scales.</param>
    /// <param name="inputs">Inputs.</param>
    /// <param name="groupBytes">Bytes of a group.</param>
    /// <param name="minimumAt">Where minima stand in a group; 0 where levels lie around 8.</param>
    /// <param name="column">First lane.</param>
    /// <param name="x">Shape [rows][stride].</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="sums">Shape [rows][32]; added to.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Add<TLanes, TRows>(byte* panel, int inputs, int groupBytes, int minimumAt, int column, float* x, int stride, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : struct, ITileRows
    {
        var tile = new TileOfSums<TLanes, TRows>(x, stride, sums);
        nint input = 0;
        TLanes mask = TLanes.Bits(15);
        TLanes centre = TLanes.Broadcast(-8);
        for (int k = 0; k < inputs; k += PanelWords.Inputs, panel += groupBytes)
        {
            ushort* scales = (ushort*)(panel + PanelWords.NibbleBytes) + column;
            TLanes left = TLanes.LoadHalves(scales);
            TLanes right = TLanes.LoadHalves(scales + TLanes.Count);
            TLanes leftShift = TLanes.Multiply(left, centre);
            TLanes rightShift = TLanes.Multiply(right, centre);
            if (minimumAt > 0)
            {
                ushort* minima = (ushort*)(panel + minimumAt) + column;
                leftShift = TLanes.LoadHalves(minima);
                rightShift = TLanes.LoadHalves(minima + TLanes.Count);
            }
            uint* words = (uint*)panel + column;
            for (int word = 0; word < 4; word++, words += PanelLayout.Width)
            {
                TLanes p = TLanes.LoadBits(words);
                TLanes q = TLanes.LoadBits(words + TLanes.Count);
                for (int pair = 0; pair < 4; pair++, input += 2)
                {
                    tile.Add(
                        TLanes.MultiplyAdd(TLanes.ToFloat(TLanes.And(p, mask)), left, leftShift),
                        TLanes.MultiplyAdd(TLanes.ToFloat(TLanes.And(q, mask)), right, rightShift), input);
                    tile.Add(
                        TLanes.MultiplyAdd(TLanes.ToFloat(TLanes.And(TLanes.ShiftRight(p, 4), mask)), left, leftShift),
                        TLanes.MultiplyAdd(TLanes.ToFloat(TLanes.And(TLanes.ShiftRight(q, 4), mask)), right, rightShift), input + 1);
                    p = TLanes.ShiftRight(p, 8);
                    q = TLanes.ShiftRight(q, 8);
                }
            }
        }
        tile.Store(sums);
    }
}

/// <summary>Takes apart the sixteen bytes of a small block.</summary>
internal static unsafe class SmallBlockBits
{
    private const ulong LowHalves = 0x0F0F0F0F0F0F0F0F;

    /// <summary>Puts 32 numbers of 4 bits, low halves first, into a lane.</summary>
    public static void PackNibbles(ReadOnlySpan<byte> pairs, byte* words, int lane)
    {
        ulong first = MemoryMarshal.Read<ulong>(pairs);
        ulong second = MemoryMarshal.Read<ulong>(pairs[8..]);
        uint* target = (uint*)words + lane;
        target[0] = Gather(first);
        target[PanelLayout.Width] = Gather(second);
        target[2 * PanelLayout.Width] = Gather(first >> 4);
        target[3 * PanelLayout.Width] = Gather(second >> 4);
    }

    /// <summary>The low halves of eight bytes in one word.</summary>
    public static uint Gather(ulong bytes)
    {
        bytes &= LowHalves;
        bytes = (bytes | (bytes >> 4)) & 0x00FF00FF00FF00FF;
        bytes = (bytes | (bytes >> 8)) & 0x0000FFFF0000FFFF;
        return (uint)(bytes | (bytes >> 16));
    }
}
