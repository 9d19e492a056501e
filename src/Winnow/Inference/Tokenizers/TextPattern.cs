using System.Buffers;
using System.Text;
using Winnow.Inference.Tokenizers.PreTokenizers;

namespace Winnow.Inference.Tokenizers;

/// <summary>
/// The regular expressions that tokenizer files need beyond the known ones: a text, or one class of characters so
/// many times. Matched over code points in one pass, whatever the text.
/// </summary>
internal sealed class TextPattern
{
    private static readonly SearchValues<char> Operators = SearchValues.Create(@"\[](){}.*+?^$|");

    private readonly byte[]? _literal;
    private readonly Func<Rune, bool> _isMember = static _ => false;
    private readonly int _min = 1;
    private readonly int _max = 1;

    private TextPattern(byte[] literal) => _literal = literal;

    private TextPattern(Func<Rune, bool> isMember, int min, int max)
    {
        _isMember = isMember;
        _min = min;
        _max = max;
    }

    /// <summary>A pattern that matches a text.</summary>
    /// <param name="text">Not empty.</param>
    public static TextPattern Literal(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>A pattern that a tokenizer's file writes as a regular expression.</summary>
    /// <returns>Null where it is more than a text, or a character, a class or a set of them with a count.</returns>
    public static TextPattern? Parse(string expression)
    {
        int at = 0;
        Func<Rune, bool>? member = Atom(expression, ref at);
        if (member is null)
        {
            return null;
        }
        if (Count(expression.AsSpan(at), out int min, out int max))
        {
            return new TextPattern(member, min, max);
        }
        return expression.AsSpan().ContainsAny(Operators) ? null : Literal(expression);
    }

    /// <summary>The first match.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="length">Its bytes; 0 where there is none.</param>
    /// <returns>Where it begins; the text's length where there is none.</returns>
    public int Find(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        if (_literal is not null)
        {
            int found = text.IndexOf(_literal);
            length = found < 0 ? 0 : _literal.Length;
            return found < 0 ? text.Length : found;
        }
        for (int at = 0; at < text.Length;)
        {
            int bytes = Run(text[at..], out int count, out int first);
            if (count >= _min)
            {
                length = bytes;
                return at;
            }
            // A run that is too short cannot begin a match anywhere.
            at += Math.Max(bytes, first);
        }
        return text.Length;
    }

    private int Run(ReadOnlySpan<byte> text, out int count, out int first)
    {
        int bytes = 0;
        count = 0;
        first = 0;
        while (bytes < text.Length && count < _max)
        {
            _ = Rune.DecodeFromUtf8(text[bytes..], out Rune rune, out int length);
            first = first == 0 ? length : first;
            if (!_isMember(rune))
            {
                break;
            }
            bytes += length;
            count++;
        }
        return bytes;
    }

    private static Func<Rune, bool>? Atom(string expression, ref int at)
    {
        if (at >= expression.Length)
        {
            return null;
        }
        if (expression[at] == '[')
        {
            return Set(expression, ref at);
        }
        if (expression[at] == '\\')
        {
            return Escape(expression, ref at);
        }
        if (@"](){}.*+?^$|".Contains(expression[at], StringComparison.Ordinal)
            || Rune.DecodeFromUtf16(expression.AsSpan(at), out Rune rune, out int length) != OperationStatus.Done)
        {
            return null;
        }
        at += length;
        return other => other == rune;
    }

    private static Func<Rune, bool>? Escape(string expression, ref int at)
    {
        string rest = expression[at..];
        foreach ((string written, Func<Rune, bool> member) in Classes)
        {
            if (rest.StartsWith(written, StringComparison.Ordinal))
            {
                at += written.Length;
                return member;
            }
        }
        if (rest.Length < 2 || char.IsAsciiLetterOrDigit(rest[1]) || char.IsSurrogate(rest[1]))
        {
            return null;
        }
        var escaped = new Rune(rest[1]);
        at += 2;
        return other => other == escaped;
    }

    private static Func<Rune, bool>? Set(string expression, ref int at)
    {
        at++;
        bool isNegated = at < expression.Length && expression[at] == '^';
        at += isNegated ? 1 : 0;
        List<Func<Rune, bool>> members = [];
        while (at < expression.Length && expression[at] != ']')
        {
            Func<Rune, bool>? member = Range(expression, ref at) ?? Atom(expression, ref at);
            if (member is null || members.Count > 64)
            {
                return null;
            }
            members.Add(member);
        }
        if (at >= expression.Length || members.Count == 0)
        {
            return null;
        }
        at++;
        return rune => members.Exists(member => member(rune)) != isNegated;
    }

    private static Func<Rune, bool>? Range(string expression, ref int at)
    {
        ReadOnlySpan<char> rest = expression.AsSpan(at);
        bool hasEnds = Rune.DecodeFromUtf16(rest, out Rune first, out int length) == OperationStatus.Done
            && first.Value is not ('\\' or '[') && rest.Length > length + 1 && rest[length] == '-' && rest[length + 1] is not (']' or '\\');
        if (!hasEnds || Rune.DecodeFromUtf16(rest[(length + 1)..], out Rune last, out int lastLength) != OperationStatus.Done)
        {
            return null;
        }
        at += length + 1 + lastLength;
        return rune => rune >= first && rune <= last;
    }

    private static bool Count(ReadOnlySpan<char> text, out int min, out int max)
    {
        (min, max) = (1, 1);
        if (text.IsEmpty)
        {
            return true;
        }
        if (text is "+")
        {
            max = int.MaxValue;
            return true;
        }
        if (text[0] != '{' || text[^1] != '}')
        {
            return false;
        }
        ReadOnlySpan<char> inner = text[1..^1];
        int comma = inner.IndexOf(',');
        bool isRead = comma < 0
            ? int.TryParse(inner, out min)
            : int.TryParse(inner[..comma], out min);
        if (!isRead || min < 1)
        {
            return false;
        }
        max = min;
        if (comma < 0)
        {
            return true;
        }
        if (comma == inner.Length - 1)
        {
            max = int.MaxValue;
            return true;
        }
        return int.TryParse(inner[(comma + 1)..], out max) && max >= min;
    }

    private static readonly (string Written, Func<Rune, bool> Member)[] Classes =
    [
        (@"\p{L}", Rune.IsLetter), (@"\p{N}", Rune.IsNumber), (@"\p{P}", Rune.IsPunctuation),
        (@"\s", Rune.IsWhiteSpace), (@"\S", static rune => !Rune.IsWhiteSpace(rune)),
        (@"\d", Rune.IsDigit), (@"\D", static rune => !Rune.IsDigit(rune)),
        (@"\w", WordCharacters.Contains), (@"\W", static rune => !WordCharacters.Contains(rune)),
        (@"\n", static rune => rune.Value == '\n'), (@"\r", static rune => rune.Value == '\r'), (@"\t", static rune => rune.Value == '\t'),
    ];
}
