using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Winnow.Inference.Kernels.Panels;

/// <summary>Single precision, shape [inputs][32]. The product reads it in place.</summary>
internal readonly unsafe struct SinglePanels : IPanelFormat
{
    public static long PanelBytes(int inputs) => (long)inputs * PanelLayout.Width * sizeof(float);

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        float* column = (float*)panel + lane;
        for (int k = 0; k < inputs; k++)
        {
            column[(long)k * PanelLayout.Width] = BinaryPrimitives.ReadSingleLittleEndian(row[(k * sizeof(float))..]);
        }
    }

    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* source = (float*)panel + ((long)first * PanelLayout.Width) + column;
        for (int k = 0; k < count; k++, source += PanelLayout.Width, tile += PanelLayout.Width)
        {
            TLanes.Load(source).Store(tile);
        }
    }
}

/// <summary>Half precision, shape [inputs][32].</summary>
internal readonly unsafe struct HalfPanels : IPanelFormat
{
    public static long PanelBytes(int inputs) => (long)inputs * PanelLayout.Width * sizeof(ushort);

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        foreach (ushort bits in MemoryMarshal.Cast<byte, ushort>(row))
        {
            if (!HalfPrecision.IsFinite(bits))
            {
                throw new NotFiniteNumberException("A weight is not a finite number.");
            }
        }
        SixteenBits.Pack(row, panel, lane, inputs);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ushort* source = (ushort*)panel + ((long)first * PanelLayout.Width) + column;
        for (int k = 0; k < count; k++, source += PanelLayout.Width, tile += PanelLayout.Width)
        {
            TLanes.LoadHalves(source).Store(tile);
        }
    }
}

/// <summary>The upper half of single precision, shape [inputs][32].</summary>
internal readonly unsafe struct BrainPanels : IPanelFormat
{
    public static long PanelBytes(int inputs) => (long)inputs * PanelLayout.Width * sizeof(ushort);

    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs) => SixteenBits.Pack(row, panel, lane, inputs);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ushort* source = (ushort*)panel + ((long)first * PanelLayout.Width) + column;
        for (int k = 0; k < count; k++, source += PanelLayout.Width, tile += PanelLayout.Width)
        {
            TLanes.ShiftLeft(TLanes.LoadUInt16(source), 16).Store(tile);
        }
    }
}

/// <summary>Numbers of 16 bits in their lanes.</summary>
internal static unsafe class SixteenBits
{
    public static void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs)
    {
        ushort* column = (ushort*)panel + lane;
        for (int k = 0; k < inputs; k++)
        {
            column[(long)k * PanelLayout.Width] = BinaryPrimitives.ReadUInt16LittleEndian(row[(k * sizeof(ushort))..]);
        }
    }
}
