using System.Runtime.CompilerServices;

namespace Winnow.Inference.Kernels;

/// <summary>Some single-precision numbers that are computed at once, so that a kernel is written once for every width.</summary>
/// <typeparam name="TSelf">The width.</typeparam>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many numbers.</summary>
    static abstract int Count { get; }

    static abstract TSelf Load(float* source);

    static abstract TSelf Broadcast(float value);

    /// <summary>a × b + c, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Add(TSelf a, TSelf b);

    static abstract TSelf Multiply(TSelf a, TSelf b);

    /// <summary>32 bits a lane, as they are.</summary>
    static abstract TSelf LoadBits(uint* source);

    /// <summary>The same 32 bits in every lane.</summary>
    static abstract TSelf Bits(uint value);

    static abstract TSelf And(TSelf a, TSelf b);

    static abstract TSelf Or(TSelf a, TSelf b);

    static abstract TSelf ShiftLeft(TSelf a, int bits);

    static abstract TSelf ShiftRight(TSelf a, int bits);

    /// <summary>Lanes of bits, read as signed integers, as numbers.</summary>
    static abstract TSelf ToFloat(TSelf bits);

    /// <summary>16 bits a lane, as the lower half of 32.</summary>
    static abstract TSelf LoadUInt16(ushort* source);

    /// <summary>Signed bytes as numbers.</summary>
    static abstract TSelf LoadSBytes(sbyte* source);

    /// <summary>Finite half-precision numbers.</summary>
    static abstract TSelf LoadHalves(ushort* source);

    void Store(float* target);
}

/// <summary>Half precision by the bits: exact for every finite number.</summary>
internal static class HalfPrecision
{
    // Moves the exponent's bias from 15 to 127; also brings subnormal numbers to their value.
    private const float Rebias = 5.192296858534828e33f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Widen<TLanes>(TLanes bits)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Or(
            TLanes.Multiply(TLanes.ShiftLeft(TLanes.And(bits, TLanes.Bits(0x7FFF)), 13), TLanes.Broadcast(Rebias)),
            TLanes.ShiftLeft(TLanes.And(bits, TLanes.Bits(0x8000)), 16));

    /// <summary>Whether a half-precision number is finite.</summary>
    public static bool IsFinite(ushort bits) => (bits & 0x7C00) != 0x7C00;
}
