using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Winnow.Inference.Kernels;

/// <summary>512 bits.</summary>
internal readonly unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private readonly Vector512<float> _value = value;

    public static int Count => 16;

    /// <summary>The register.</summary>
    public Vector512<float> Value => _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Add(Lanes512 a, Lanes512 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Multiply(Lanes512 a, Lanes512 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadBits(uint* source) => new(Vector512.Load(source).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Bits(uint value) => new(Vector512.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 And(Lanes512 a, Lanes512 b) => new((a._value.AsUInt32() & b._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Or(Lanes512 a, Lanes512 b) => new((a._value.AsUInt32() | b._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ShiftLeft(Lanes512 a, int bits) => new((a._value.AsUInt32() << bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ShiftRight(Lanes512 a, int bits) => new((a._value.AsUInt32() >> bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ToFloat(Lanes512 bits) => new(Vector512.ConvertToSingle(bits._value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadUInt16(ushort* source) => Avx512F.IsSupported
        ? new(Avx512F.ConvertToVector512UInt32(Vector256.Load(source)).AsSingle())
        : new(Vector512.Create(Lanes256.LoadUInt16(source).Value, Lanes256.LoadUInt16(source + 8).Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadSBytes(sbyte* source) => Avx512F.IsSupported
        ? new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(source))))
        : new(Vector512.Create(Lanes256.LoadSBytes(source).Value, Lanes256.LoadSBytes(source + 8).Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadHalves(ushort* source) => HalfPrecision.Widen(LoadUInt16(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => _value.Store(target);
}
