using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Winnow.Inference.Kernels;

/// <summary>256 bits.</summary>
internal readonly unsafe struct Lanes256(Vector256<float> value) : ILanes<Lanes256>
{
    private readonly Vector256<float> _value = value;

    public static int Count => 8;

    /// <summary>The register.</summary>
    public Vector256<float> Value => _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) => new(Vector256.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Add(Lanes256 a, Lanes256 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Multiply(Lanes256 a, Lanes256 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadBits(uint* source) => new(Vector256.Load(source).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Bits(uint value) => new(Vector256.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 And(Lanes256 a, Lanes256 b) => new((a._value.AsUInt32() & b._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Or(Lanes256 a, Lanes256 b) => new((a._value.AsUInt32() | b._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftLeft(Lanes256 a, int bits) => new((a._value.AsUInt32() << bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftRight(Lanes256 a, int bits) => new((a._value.AsUInt32() >> bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ToFloat(Lanes256 bits) => new(Vector256.ConvertToSingle(bits._value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadUInt16(ushort* source) => Avx2.IsSupported
        ? new(Avx2.ConvertToVector256Int32(Vector128.Load(source)).AsSingle())
        : new(Vector256.Create(Lanes128.LoadUInt16(source).Value, Lanes128.LoadUInt16(source + 4).Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadSBytes(sbyte* source) => Avx2.IsSupported
        ? new(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(source)).AsSByte())))
        : new(Vector256.Create(Lanes128.LoadSBytes(source).Value, Lanes128.LoadSBytes(source + 4).Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadHalves(ushort* source) => HalfPrecision.Widen(LoadUInt16(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => _value.Store(target);
}
