using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Winnow.Inference.Checkpoints.Quantised;

namespace Winnow.Inference.Kernels.Panels;

/// <summary>What the panels of k-quants share: super-blocks of 256 inputs begin with half-precision scales, eight groups follow.</summary>
internal static class SuperBlockPanels
{
    public const int Inputs = 256;
    public const int Groups = Inputs / PanelWords.Inputs;

    /// <summary>Bytes of one 16-bit number a lane.</summary>
    public const int HalfBytes = 2 * PanelLayout.Width;
}

/// <summary>Q4_K: scales and scales of minima; a group has 4-bit words, then a scale byte and a minimum byte a lane.</summary>
internal readonly unsafe struct Super4Panels : IPanelFormat
{
    private const int BlockBytes = 144;
    private const int FrontBytes = 2 * SuperBlockPanels.HalfBytes;
    private const int GroupBytes = PanelWords.NibbleBytes + (2 * PanelLayout.Width);
    private const int SuperBytes = FrontBytes + (SuperBlockPanels.Groups * GroupBytes);

    public static long PanelBytes(int inputs) => (long)inputs / SuperBlockPanels.Inputs * SuperBytes;

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        Span<byte> numbers = stackalloc byte[PanelWords.Inputs];
        for (int block = 0; block < inputs / SuperBlockPanels.Inputs; block++, panel += SuperBytes, row = row[BlockBytes..])
        {
            PanelWords.PackHalf(row, panel, lane);
            PanelWords.PackHalf(row[2..], panel + SuperBlockPanels.HalfBytes, lane);
            for (int group = 0; group < SuperBlockPanels.Groups; group++)
            {
                byte* target = panel + FrontBytes + (group * GroupBytes);
                for (int k = 0; k < numbers.Length; k++)
                {
                    numbers[k] = (byte)(row[16 + (32 * (group / 2)) + k] >> (4 * (group % 2)));
                }
                PanelWords.PackNibbles(numbers, target, lane);
                (int scale, int minimum) = SuperBlocks.ScaleAndMinimum(row[4..16], group);
                target[PanelWords.NibbleBytes + lane] = (byte)scale;
                target[PanelWords.NibbleBytes + PanelLayout.Width + lane] = (byte)minimum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int k = first; k < first + count; k += PanelWords.Inputs, tile += PanelWords.Inputs * PanelLayout.Width)
        {
            byte* block = panel + ((long)k / SuperBlockPanels.Inputs * SuperBytes);
            byte* group = block + FrontBytes + (k % SuperBlockPanels.Inputs / PanelWords.Inputs * GroupBytes);
            sbyte* scales = (sbyte*)group + PanelWords.NibbleBytes + column;
            TLanes scale = TLanes.Multiply(TLanes.LoadHalves((ushort*)block + column), TLanes.LoadSBytes(scales));
            TLanes minimum = TLanes.Multiply(TLanes.LoadHalves((ushort*)(block + SuperBlockPanels.HalfBytes) + column), TLanes.LoadSBytes(scales + PanelLayout.Width));
            PanelWords.Nibbles((uint*)group + column, scale, TLanes.Multiply(minimum, TLanes.Broadcast(-1)), tile);
        }
    }
}

/// <summary>Q5_K: as Q4_K, with fifth bits after the 4-bit words.</summary>
internal readonly unsafe struct Super5Panels : IPanelFormat
{
    private const int BlockBytes = 176;
    private const int FrontBytes = 2 * SuperBlockPanels.HalfBytes;
    private const int ScaleAt = PanelWords.NibbleBytes + PanelWords.BitBytes;
    private const int GroupBytes = ScaleAt + (2 * PanelLayout.Width);
    private const int SuperBytes = FrontBytes + (SuperBlockPanels.Groups * GroupBytes);

    public static long PanelBytes(int inputs) => (long)inputs / SuperBlockPanels.Inputs * SuperBytes;

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        Span<byte> numbers = stackalloc byte[PanelWords.Inputs];
        Span<byte> fifths = stackalloc byte[PanelWords.Inputs];
        for (int block = 0; block < inputs / SuperBlockPanels.Inputs; block++, panel += SuperBytes, row = row[BlockBytes..])
        {
            PanelWords.PackHalf(row, panel, lane);
            PanelWords.PackHalf(row[2..], panel + SuperBlockPanels.HalfBytes, lane);
            for (int group = 0; group < SuperBlockPanels.Groups; group++)
            {
                byte* target = panel + FrontBytes + (group * GroupBytes);
                for (int k = 0; k < numbers.Length; k++)
                {
                    numbers[k] = (byte)(row[48 + (32 * (group / 2)) + k] >> (4 * (group % 2)));
                    fifths[k] = (byte)(row[16 + k] >> group);
                }
                PanelWords.PackNibbles(numbers, target, lane);
                PanelWords.PackBits(fifths, target + PanelWords.NibbleBytes, lane);
                (int scale, int minimum) = SuperBlocks.ScaleAndMinimum(row[4..16], group);
                target[ScaleAt + lane] = (byte)scale;
                target[ScaleAt + PanelLayout.Width + lane] = (byte)minimum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int k = first; k < first + count; k += PanelWords.Inputs, tile += PanelWords.Inputs * PanelLayout.Width)
        {
            byte* block = panel + ((long)k / SuperBlockPanels.Inputs * SuperBytes);
            byte* group = block + FrontBytes + (k % SuperBlockPanels.Inputs / PanelWords.Inputs * GroupBytes);
            sbyte* scales = (sbyte*)group + ScaleAt + column;
            TLanes scale = TLanes.Multiply(TLanes.LoadHalves((ushort*)block + column), TLanes.LoadSBytes(scales));
            TLanes minimum = TLanes.Multiply(TLanes.LoadHalves((ushort*)(block + SuperBlockPanels.HalfBytes) + column), TLanes.LoadSBytes(scales + PanelLayout.Width));
            PanelWords.FiveBits(
                (uint*)group + column, (uint*)(group + PanelWords.NibbleBytes) + column, scale, TLanes.Multiply(minimum, TLanes.Broadcast(-1)), tile);
        }
    }
}

/// <summary>Q6_K: scales; a group has 4-bit words, 2-bit words of the upper bits, then two signed scale bytes a lane, one for each half.</summary>
internal readonly unsafe struct Super6Panels : IPanelFormat
{
    private const int BlockBytes = 210;
    private const int FrontBytes = SuperBlockPanels.HalfBytes;
    private const int ScaleAt = PanelWords.NibbleBytes + PanelWords.PairBytes;
    private const int GroupBytes = ScaleAt + (2 * PanelLayout.Width);
    private const int SuperBytes = FrontBytes + (SuperBlockPanels.Groups * GroupBytes);

    public static long PanelBytes(int inputs) => (long)inputs / SuperBlockPanels.Inputs * SuperBytes;

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        Span<byte> numbers = stackalloc byte[PanelWords.Inputs];
        Span<byte> uppers = stackalloc byte[PanelWords.Inputs];
        for (int block = 0; block < inputs / SuperBlockPanels.Inputs; block++, panel += SuperBytes, row = row[BlockBytes..])
        {
            PanelWords.PackHalf(row[208..], panel, lane);
            for (int group = 0; group < SuperBlockPanels.Groups; group++)
            {
                byte* target = panel + FrontBytes + (group * GroupBytes);
                int half = group / 4;
                int quarter = group % 4;
                for (int k = 0; k < numbers.Length; k++)
                {
                    numbers[k] = (byte)(row[(64 * half) + (32 * (quarter % 2)) + k] >> (4 * (quarter / 2)));
                    uppers[k] = (byte)(row[128 + (32 * half) + k] >> (2 * quarter));
                }
                PanelWords.PackNibbles(numbers, target, lane);
                PanelWords.PackPairs(uppers, target + PanelWords.NibbleBytes, lane);
                target[ScaleAt + lane] = row[192 + (2 * group)];
                target[ScaleAt + PanelLayout.Width + lane] = row[193 + (2 * group)];
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes centre = TLanes.Broadcast(-32);
        for (int k = first; k < first + count; k += PanelWords.Inputs)
        {
            byte* block = panel + ((long)k / SuperBlockPanels.Inputs * SuperBytes);
            byte* group = block + FrontBytes + (k % SuperBlockPanels.Inputs / PanelWords.Inputs * GroupBytes);
            TLanes scales = TLanes.LoadHalves((ushort*)block + column);
            for (int half = 0; half < 2; half++, tile += PanelWords.Inputs / 2 * PanelLayout.Width)
            {
                TLanes scale = TLanes.Multiply(scales, TLanes.LoadSBytes((sbyte*)group + ScaleAt + (half * PanelLayout.Width) + column));
                PanelWords.SixBits(
                    (uint*)group + (2 * half * PanelLayout.Width) + column, (uint*)(group + PanelWords.NibbleBytes) + (half * PanelLayout.Width) + column,
                    scale, TLanes.Multiply(scale, centre), tile);
            }
        }
    }
}

/// <summary>Q2_K: scales and scales of minima; a group has 2-bit words, then two bytes a lane, one for each half: scale low, minimum high.</summary>
internal readonly unsafe struct Super2Panels : IPanelFormat
{
    private const int BlockBytes = 84;
    private const int FrontBytes = 2 * SuperBlockPanels.HalfBytes;
    private const int GroupBytes = PanelWords.PairBytes + (2 * PanelLayout.Width);
    private const int SuperBytes = FrontBytes + (SuperBlockPanels.Groups * GroupBytes);

    public static long PanelBytes(int inputs) => (long)inputs / SuperBlockPanels.Inputs * SuperBytes;

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        Span<byte> numbers = stackalloc byte[PanelWords.Inputs];
        for (int block = 0; block < inputs / SuperBlockPanels.Inputs; block++, panel += SuperBytes, row = row[BlockBytes..])
        {
            PanelWords.PackHalf(row[80..], panel, lane);
            PanelWords.PackHalf(row[82..], panel + SuperBlockPanels.HalfBytes, lane);
            for (int group = 0; group < SuperBlockPanels.Groups; group++)
            {
                byte* target = panel + FrontBytes + (group * GroupBytes);
                for (int k = 0; k < numbers.Length; k++)
                {
                    numbers[k] = (byte)(row[16 + (32 * (group / 4)) + k] >> (2 * (group % 4)));
                }
                PanelWords.PackPairs(numbers, target, lane);
                ((ushort*)(target + PanelWords.PairBytes))[lane] = BinaryPrimitives.ReadUInt16LittleEndian(row[(2 * group)..]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int k = first; k < first + count; k += PanelWords.Inputs)
        {
            byte* block = panel + ((long)k / SuperBlockPanels.Inputs * SuperBytes);
            byte* group = block + FrontBytes + (k % SuperBlockPanels.Inputs / PanelWords.Inputs * GroupBytes);
            TLanes scales = TLanes.LoadHalves((ushort*)block + column);
            TLanes minima = TLanes.Multiply(TLanes.LoadHalves((ushort*)(block + SuperBlockPanels.HalfBytes) + column), TLanes.Broadcast(-1));
            TLanes subs = TLanes.LoadUInt16((ushort*)(group + PanelWords.PairBytes) + column);
            TLanes mask = TLanes.Bits(15);
            for (int half = 0; half < 2; half++, tile += PanelWords.Inputs / 2 * PanelLayout.Width)
            {
                TLanes scale = TLanes.Multiply(scales, TLanes.ToFloat(TLanes.And(subs, mask)));
                TLanes minimum = TLanes.Multiply(minima, TLanes.ToFloat(TLanes.And(TLanes.ShiftRight(subs, 4), mask)));
                PanelWords.TwoBits((uint*)group + (half * PanelLayout.Width) + column, scale, minimum, tile);
                subs = TLanes.ShiftRight(subs, 8);
            }
        }
    }
}

/// <summary>Q3_K: scales; a group has 2-bit words, third bits, then two signed scale bytes a lane; levels lie around 4.</summary>
internal readonly unsafe struct Super3Panels : IPanelFormat
{
    private const int BlockBytes = 110;
    private const int FrontBytes = SuperBlockPanels.HalfBytes;
    private const int ScaleAt = PanelWords.PairBytes + PanelWords.BitBytes;
    private const int GroupBytes = ScaleAt + (2 * PanelLayout.Width);
    private const int SuperBytes = FrontBytes + (SuperBlockPanels.Groups * GroupBytes);

    public static long PanelBytes(int inputs) => (long)inputs / SuperBlockPanels.Inputs * SuperBytes;

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        Span<byte> numbers = stackalloc byte[PanelWords.Inputs];
        Span<byte> thirds = stackalloc byte[PanelWords.Inputs];
        for (int block = 0; block < inputs / SuperBlockPanels.Inputs; block++, panel += SuperBytes, row = row[BlockBytes..])
        {
            PanelWords.PackHalf(row[108..], panel, lane);
            for (int group = 0; group < SuperBlockPanels.Groups; group++)
            {
                byte* target = panel + FrontBytes + (group * GroupBytes);
                for (int k = 0; k < numbers.Length; k++)
                {
                    numbers[k] = (byte)(row[32 + (32 * (group / 4)) + k] >> (2 * (group % 4)));
                    thirds[k] = (byte)(row[k] >> group);
                }
                PanelWords.PackPairs(numbers, target, lane);
                PanelWords.PackBits(thirds, target + PanelWords.PairBytes, lane);
                for (int half = 0; half < 2; half++)
                {
                    target[ScaleAt + (half * PanelLayout.Width) + lane] = (byte)(sbyte)SuperBlocks.ThreeBitScale(row[96..108], (2 * group) + half);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes centre = TLanes.Broadcast(-4);
        for (int k = first; k < first + count; k += PanelWords.Inputs)
        {
            byte* block = panel + ((long)k / SuperBlockPanels.Inputs * SuperBytes);
            byte* group = block + FrontBytes + (k % SuperBlockPanels.Inputs / PanelWords.Inputs * GroupBytes);
            TLanes scales = TLanes.LoadHalves((ushort*)block + column);
            TLanes thirds = TLanes.LoadBits((uint*)(group + PanelWords.PairBytes) + column);
            for (int half = 0; half < 2; half++, tile += PanelWords.Inputs / 2 * PanelLayout.Width)
            {
                TLanes scale = TLanes.Multiply(scales, TLanes.LoadSBytes((sbyte*)group + ScaleAt + (half * PanelLayout.Width) + column));
                PanelWords.ThreeBits((uint*)group + (half * PanelLayout.Width) + column, thirds, scale, TLanes.Multiply(scale, centre), tile);
                thirds = TLanes.ShiftRight(thirds, 16);
            }
        }
    }
}
