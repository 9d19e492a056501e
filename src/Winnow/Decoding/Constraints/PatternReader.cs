using System.Globalization;
using System.Text;

namespace Winnow.Decoding.Constraints;

/// <summary>Reads a pattern or grammar code point by code point, and knows where it stands.</summary>
internal sealed class PatternReader(string text, string what)
{
    private readonly int[] _codePoints = [.. text.EnumerateRunes().Select(r => r.Value)];

    public int Position { get; set; }

    public bool IsAtEnd => Position >= _codePoints.Length;

    public int Current => IsAtEnd ? -1 : _codePoints[Position];

    public int Ahead(int offset = 1) => Position + offset < _codePoints.Length ? _codePoints[Position + offset] : -1;

    public int Take() => IsAtEnd ? throw Wrong("it ends too early") : _codePoints[Position++];

    public bool TryTake(char expected)
    {
        if (Current != expected)
        {
            return false;
        }
        Position++;
        return true;
    }

    public bool TryTake(string expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (Ahead(i) != expected[i])
            {
                return false;
            }
        }
        Position += expected.Length;
        return true;
    }

    public void Expect(char expected)
    {
        if (!TryTake(expected))
        {
            throw Wrong($"'{expected}' is expected{(IsAtEnd ? " before the end" : $", not '{new Rune(Current)}'")}");
        }
    }

    public int Hexadecimal(int digits)
    {
        int value = 0;
        for (int i = 0; i < digits; i++)
        {
            int c = Take();
            value = 16 * value + (c is < 128 && char.IsAsciiHexDigit((char)c) ? Convert.ToInt32(((char)c).ToString(), 16) : throw Wrong($"'{new Rune(c)}' is not a hexadecimal digit"));
        }
        return value;
    }

    /// <summary>Takes {m}, {m,} or {m,n} behind an expression; anything else is left alone.</summary>
    public (int Least, int? Most)? TakeCount()
    {
        int start = Position;
        if (!TryTake('{'))
        {
            return null;
        }
        int? least = Number();
        int? most = least;
        if (TryTake(','))
        {
            most = Number();
            least ??= 0;
        }
        if (least is null || !TryTake('}'))
        {
            Position = start;
            throw Wrong("a repetition has the form {m}, {m,} or {m,n}");
        }
        return most < least ? throw Wrong($"{{{least},{most}}} asks for at least {least} and at most {most}") : (least.Value, most);
    }

    public FormatException Wrong(string why)
    {
        int line = 1, column = 1;
        for (int i = 0; i < Math.Min(Position, _codePoints.Length); i++)
        {
            (line, column) = _codePoints[i] == '\n' ? (line + 1, 1) : (line, column + 1);
        }
        return new FormatException(string.Create(CultureInfo.InvariantCulture, $"The {what} cannot be used: at line {line}, column {column}, {why}."));
    }

    private int? Number()
    {
        int start = Position;
        long value = 0;
        while (Current is >= '0' and <= '9')
        {
            value = Math.Min(10 * value + Take() - '0', int.MaxValue);
        }
        return Position == start ? null : (int)value;
    }
}
