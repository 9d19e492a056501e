using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Winnow.Inference.Kernels.Panels;

/// <summary>
/// The pieces that quantised panels are made of: 32-bit words, one a lane, that hold some bits of several inputs
/// (eight with 4 bits, sixteen with 2, 32 with one).
/// </summary>
internal static unsafe class PanelWords
{
    /// <summary>Inputs of a group.</summary>
    public const int Inputs = PanelLayout.GroupInputs;

    /// <summary>Bytes of the 4-bit words of a group.</summary>
    public const int NibbleBytes = Inputs * PanelLayout.Width / 2;

    /// <summary>Bytes of the 2-bit words of a group.</summary>
    public const int PairBytes = Inputs * PanelLayout.Width / 4;

    /// <summary>Bytes of the 1-bit words of a group.</summary>
    public const int BitBytes = Inputs * PanelLayout.Width / 8;

    /// <summary>Puts 32 numbers of 4 bits into a lane.</summary>
    public static void PackNibbles(ReadOnlySpan<byte> numbers, byte* words, int lane) => PackWords(numbers, 4, 15, (uint*)words + lane);

    /// <summary>Puts the two lowest bits of 32 numbers, shifted, into a lane.</summary>
    public static void PackPairs(ReadOnlySpan<byte> numbers, byte* words, int lane) => PackWords(numbers, 2, 3, (uint*)words + lane);

    /// <summary>Puts the lowest bit of 32 numbers into a lane.</summary>
    public static void PackBits(ReadOnlySpan<byte> numbers, byte* words, int lane) => PackWords(numbers, 1, 1, (uint*)words + lane);

    /// <summary>Copies a half-precision number into its lane.</summary>
    /// <exception cref="NotFiniteNumberException">It is infinite or no number.</exception>
    public static void PackHalf(ReadOnlySpan<byte> half, byte* lanes, int lane)
    {
        ushort bits = BinaryPrimitives.ReadUInt16LittleEndian(half);
        ((ushort*)lanes)[lane] = HalfPrecision.IsFinite(bits) ? bits : throw new NotFiniteNumberException("A scale is not a finite number.");
    }

    /// <summary>scale · q + shift for the 4-bit numbers of a group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Nibbles<TLanes>(uint* words, TLanes scale, TLanes shift, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes mask = TLanes.Bits(15);
        for (int word = 0; word < 4; word++, words += PanelLayout.Width)
        {
            TLanes bits = TLanes.LoadBits(words);
            for (int half = 0; half < 2; half++, tile += 4 * PanelLayout.Width)
            {
                TLanes.MultiplyAdd(TLanes.ToFloat(TLanes.And(bits, mask)), scale, shift).Store(tile);
                TLanes.MultiplyAdd(TLanes.ToFloat(TLanes.And(TLanes.ShiftRight(bits, 4), mask)), scale, shift).Store(tile + PanelLayout.Width);
                TLanes.MultiplyAdd(TLanes.ToFloat(TLanes.And(TLanes.ShiftRight(bits, 8), mask)), scale, shift).Store(tile + (2 * PanelLayout.Width));
                TLanes.MultiplyAdd(TLanes.ToFloat(TLanes.And(TLanes.ShiftRight(bits, 12), mask)), scale, shift).Store(tile + (3 * PanelLayout.Width));
                bits = TLanes.ShiftRight(bits, 16);
            }
        }
    }

    /// <summary>scale · q + shift for 5-bit numbers of a group, the fifth bits in words of their own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FiveBits<TLanes>(uint* words, uint* fifths, TLanes scale, TLanes shift, float* tile)
        where TLanes : unmanaged, ILanes<TLanes> => Joined(words, 4, 4, TLanes.LoadBits(fifths), 1, scale, shift, tile);

    /// <summary>scale · q + shift for half a group of 6-bit numbers (two words of eight inputs), the upper two bits in a word of their own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SixBits<TLanes>(uint* words, uint* uppers, TLanes scale, TLanes shift, float* tile)
        where TLanes : unmanaged, ILanes<TLanes> => Joined(words, 2, 4, TLanes.LoadBits(uppers), 2, scale, shift, tile);

    /// <summary>scale · q + shift for half a group of 2-bit numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TwoBits<TLanes>(uint* words, TLanes scale, TLanes shift, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes mask = TLanes.Bits(3);
        TLanes bits = TLanes.LoadBits(words);
        for (int k = 0; k < Inputs / 2; k++, tile += PanelLayout.Width)
        {
            TLanes.MultiplyAdd(TLanes.ToFloat(TLanes.And(bits, mask)), scale, shift).Store(tile);
            bits = TLanes.ShiftRight(bits, 2);
        }
    }

    /// <summary>scale · q + shift for half a group of 3-bit numbers (a word of sixteen inputs), the third bits the lowest sixteen of others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ThreeBits<TLanes>(uint* words, TLanes thirds, TLanes scale, TLanes shift, float* tile)
        where TLanes : unmanaged, ILanes<TLanes> => Joined(words, 1, 2, thirds, 1, scale, shift, tile);

    // The numbers of words and bits are constants of the callers, so that shifts and masks are known where this is compiled into them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Joined<TLanes>(uint* words, int count, int lowerBits, TLanes upper, int upperBits, TLanes scale, TLanes shift, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes lowerMask = TLanes.Bits((1u << lowerBits) - 1);
        TLanes upperMask = TLanes.Bits((1u << upperBits) - 1);
        for (int word = 0; word < count; word++, words += PanelLayout.Width)
        {
            TLanes bits = TLanes.LoadBits(words);
            for (int k = 0; k < 32 / lowerBits; k++, tile += PanelLayout.Width)
            {
                TLanes number = TLanes.Or(TLanes.And(bits, lowerMask), TLanes.ShiftLeft(TLanes.And(upper, upperMask), lowerBits));
                TLanes.MultiplyAdd(TLanes.ToFloat(number), scale, shift).Store(tile);
                bits = TLanes.ShiftRight(bits, lowerBits);
                upper = TLanes.ShiftRight(upper, upperBits);
            }
        }
    }

    private static void PackWords(ReadOnlySpan<byte> numbers, int width, uint mask, uint* lane)
    {
        int each = 32 / width;
        for (int k = 0; k < numbers.Length; k += each, lane += PanelLayout.Width)
        {
            uint word = 0;
            for (int j = 0; j < each; j++)
            {
                word |= (numbers[k + j] & mask) << (j * width);
            }
            *lane = word;
        }
    }
}
