using System.Buffers.Binary;
using Winnow.Numerics;

namespace Winnow.Tests.Inference.Fuzzing;

/// <summary>Breaks a file in some of the ways that files break, or are broken on purpose: a pure function of its number.</summary>
internal sealed class Mutation(ulong seed)
{
    private static readonly ulong[] Numbers =
    [
        0, 1, 2, 7, 8, 31, 32, 33, 63, 64, 127, 128, 255, 256, 65_535, 65_536, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 40,
        1UL << 62, long.MaxValue, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue,
    ];

    private static readonly string[] Words =
    [
        "-1", "0", "1e999", "-0.0", "18446744073709551616", "9223372036854775807", "null", "true", "[]", "{}", "\"\"", "\"\\ud800\"", "[[[[[[[[", "{\"a\":", "\\u0000", "NaN",
    ];

    private readonly HashedUniforms _uniforms = new(seed);
    private int _draws;

    /// <summary>A broken copy.</summary>
    /// <param name="original">A file that is whole.</param>
    public byte[] Apply(ReadOnlySpan<byte> original)
    {
        List<byte> bytes = [.. original];
        for (int changes = 1 + Next(4); changes > 0 && bytes.Count > 0; changes--)
        {
            Change(bytes);
        }
        return [.. bytes];
    }

    // Fronts decide what is read of the rest, so half of the changes fall into the first kilobyte.
    private int Place(int count) => Next(2) == 0 ? Next(Math.Min(count, 1024)) : Next(count);

    private void Change(List<byte> bytes)
    {
        int at = Place(bytes.Count);
        switch (Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << Next(8));
                break;
            case 1:
                bytes[at] = (byte)Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(1 + Next(64), bytes.Count - at));
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(Place(bytes.Count), 1));
                break;
            case 5:
                int from = Place(bytes.Count);
                bytes.InsertRange(at, bytes.GetRange(from, Math.Min(1 + Next(64), bytes.Count - from)));
                break;
            case 6:
                Overwrite(bytes, at, 4);
                break;
            case 7:
                Overwrite(bytes, at, 8);
                break;
            default:
                Replace(bytes, at);
                break;
        }
    }

    private void Overwrite(List<byte> bytes, int at, int size)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, Numbers[Next(Numbers.Length)]);
        for (int i = 0; i < size && at + i < bytes.Count; i++)
        {
            bytes[at + i] = number[i];
        }
    }

    private void Replace(List<byte> bytes, int at)
    {
        byte[] word = System.Text.Encoding.UTF8.GetBytes(Words[Next(Words.Length)]);
        bytes.RemoveRange(at, Math.Min(Next(12), bytes.Count - at));
        bytes.InsertRange(at, word);
    }

    private int Next(int end) => (int)(end * _uniforms.Next("mutation", 0, 0, _draws++));
}
