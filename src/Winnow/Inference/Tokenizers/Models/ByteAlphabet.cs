using System.Buffers;
using System.Text;

namespace Winnow.Inference.Tokenizers.Models;

/// <summary>
/// The printable stand-ins of byte-level tokenizers: bytes that print stand for themselves, the other 68 for
/// U+0100 and what follows, in order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Chars = Build();
    private static readonly short[] Bytes = Reverse();

    /// <summary>The stand-in of a byte.</summary>
    public static char Char(byte value) => Chars[value];

    /// <summary>The bytes that a token's name stands for; its own UTF-8 where it is not written in stand-ins.</summary>
    /// <param name="name">UTF-8.</param>
    /// <param name="bytes">Receives them; as long as the name at least.</param>
    /// <returns>How many they are.</returns>
    public static int Decode(ReadOnlySpan<byte> name, Span<byte> bytes)
    {
        int count = 0;
        for (int i = 0; i < name.Length; count++)
        {
            OperationStatus status = Rune.DecodeFromUtf8(name[i..], out Rune rune, out int length);
            if (status != OperationStatus.Done || rune.Value >= Bytes.Length || Bytes[rune.Value] < 0)
            {
                name.CopyTo(bytes);
                return name.Length;
            }
            bytes[count] = (byte)Bytes[rune.Value];
            i += length;
        }
        return count;
    }

    /// <summary>The stand-ins of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="name">Receives UTF-8; twice as long at least.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Encode(ReadOnlySpan<byte> bytes, Span<byte> name)
    {
        int count = 0;
        foreach (byte value in bytes)
        {
            count += new Rune(Chars[value]).EncodeToUtf8(name[count..]);
        }
        return count;
    }

    private static char[] Build()
    {
        var chars = new char[256];
        int next = 256;
        for (int b = 0; b < 256; b++)
        {
            bool prints = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            chars[b] = (char)(prints ? b : next++);
        }
        return chars;
    }

    private static short[] Reverse()
    {
        var bytes = new short[Chars.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int b = 0; b < 256; b++)
        {
            bytes[Chars[b]] = (short)b;
        }
        return bytes;
    }
}
