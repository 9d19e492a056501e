using System.Text;

namespace Winnow.Inference.Tokenizers.Models;

/// <summary>
/// The printable stand-ins of byte-level tokenizers: bytes that print stand for themselves, the other 68 for
/// U+0100 and what follows, in order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Chars = Build();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(b => Chars[b], b => (byte)b);

    /// <summary>The stand-in of a byte.</summary>
    public static char Char(byte value) => Chars[value];

    /// <summary>The bytes that a token's text stands for; its own UTF-8 where it is not written in stand-ins.</summary>
    public static byte[] Decode(string token)
    {
        var bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            if (!Bytes.TryGetValue(token[i], out bytes[i]))
            {
                return Encoding.UTF8.GetBytes(token);
            }
        }
        return bytes;
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
}
