using System.Text;

namespace Winnow.Decoding.Constraints;

/// <summary>Regular expressions of the common form, without what needs memory: look-around, back-references, word boundaries.</summary>
internal sealed class RegexParser
{
    private static readonly CodePoints Digits = CodePoints.Of(('0', '9'));
    private static readonly CodePoints Words = CodePoints.Of(('0', '9'), ('A', 'Z'), ('a', 'z'), ('_', '_'));
    private static readonly CodePoints Spaces = CodePoints.Of((9, 13), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));
    private static readonly CodePoints NoLineEnds = CodePoints.Of((10, 10), (13, 13), (0x2028, 0x2029)).Not();

    private readonly PatternReader _reader;

    private RegexParser(string pattern) => _reader = new PatternReader(pattern, "regular expression");

    /// <summary>Parses a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="isSearch">Whether text may stand before and after the match where no anchor forbids it.</param>
    public static Expression Parse(string pattern, bool isSearch)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        RegexParser parser = new(pattern);
        bool isAnchored = parser._reader.TryTake('^');
        Expression body = parser.Alternation();
        if (!parser._reader.IsAtEnd && parser._reader.Current != '$')
        {
            throw parser._reader.Wrong($"'{new Rune(parser._reader.Current)}' has no partner");
        }
        bool isEndAnchored = parser._reader.TryTake('$');
        if (!parser._reader.IsAtEnd)
        {
            throw parser._reader.Wrong("'$' can only stand at the end");
        }
        Expression anything = new CharacterClass(CodePoints.All).Many();
        return Expression.Of(
            isSearch && !isAnchored ? anything : Expression.Empty, body, isSearch && !isEndAnchored ? anything : Expression.Empty);
    }

    private Expression Alternation()
    {
        List<Expression> options = [Concatenation()];
        while (_reader.TryTake('|'))
        {
            options.Add(Concatenation());
        }
        return Expression.Any(options);
    }

    private Sequence Concatenation()
    {
        List<Expression> parts = [];
        while (!_reader.IsAtEnd && _reader.Current is not ('|' or ')' or '$'))
        {
            parts.Add(Quantified(Atom()));
        }
        return new Sequence([.. parts]);
    }

    private Expression Quantified(Expression atom)
    {
        while (true)
        {
            (int Least, int? Most)? count = _reader.Current == '{' ? _reader.TakeCount()
                : _reader.TryTake('*') ? (0, null)
                : _reader.TryTake('+') ? (1, null)
                : _reader.TryTake('?') ? (0, 1)
                : null;
            if (count is null)
            {
                return atom;
            }
            // A lazy match accepts the same texts.
            _reader.TryTake('?');
            if (_reader.Current is '+' or '*')
            {
                throw _reader.Wrong("a repetition cannot be repeated without a group, nor be possessive");
            }
            atom = atom.Many(count.Value.Least, count.Value.Most);
        }
    }

    private Expression Atom()
    {
        int c = _reader.Take();
        switch (c)
        {
            case '(':
                if (_reader.TryTake('?') && !_reader.TryTake(':'))
                {
                    throw _reader.Wrong("only groups (…) and (?:…) are supported; look-around, names and options are not");
                }
                Expression group = Alternation();
                _reader.Expect(')');
                return group;
            case '[':
                return new CharacterClass(Class());
            case '.':
                return new CharacterClass(NoLineEnds);
            case '\\':
                return new CharacterClass(Escape());
            case '*' or '+' or '?':
                throw _reader.Wrong($"'{(char)c}' repeats nothing");
            case '^':
                throw _reader.Wrong("'^' can only stand at the beginning");
            default:
                return new CharacterClass(CodePoints.Of(c));
        }
    }

    private CodePoints Class()
    {
        bool isNegated = _reader.TryTake('^');
        CodePoints set = CodePoints.Of([]);
        bool isFirst = true;
        while (isFirst || _reader.Current != ']')
        {
            isFirst = false;
            CodePoints low = ClassMember();
            if (_reader.Current == '-' && _reader.Ahead() is not ']' and not -1)
            {
                _reader.Take();
                CodePoints high = ClassMember();
                if (low.Ranges is not [var a] || a.First != a.Last || high.Ranges is not [var b] || b.First != b.Last || b.First < a.First)
                {
                    throw _reader.Wrong("a range in a class goes from one character up to another");
                }
                low = CodePoints.Of((a.First, b.First));
            }
            set = set.Or(low);
        }
        _reader.Expect(']');
        return isNegated ? set.Not() : set;
    }

    private CodePoints ClassMember() => _reader.Take() is var c && c == '\\' ? Escape() : CodePoints.Of(c);

    private CodePoints Escape()
    {
        int c = _reader.Take();
        return c switch
        {
            'd' => Digits,
            'D' => Digits.Not(),
            'w' => Words,
            'W' => Words.Not(),
            's' => Spaces,
            'S' => Spaces.Not(),
            'n' => CodePoints.Of('\n'),
            'r' => CodePoints.Of('\r'),
            't' => CodePoints.Of('\t'),
            'f' => CodePoints.Of('\f'),
            'v' => CodePoints.Of('\v'),
            '0' => CodePoints.Of(0),
            'x' => CodePoints.Of(_reader.Hexadecimal(2)),
            'u' when _reader.TryTake('{') => Braced(),
            'u' => CodePoints.Of(_reader.Hexadecimal(4)),
            >= '1' and <= '9' => throw _reader.Wrong("back-references are not supported"),
            'b' or 'B' => throw _reader.Wrong("word boundaries are not supported"),
            'p' or 'P' => throw _reader.Wrong("Unicode categories are not supported"),
            _ when c < 128 && char.IsAsciiLetterOrDigit((char)c) => throw _reader.Wrong($"the escape \\{(char)c} is not supported"),
            _ => CodePoints.Of(c),
        };
    }

    private CodePoints Braced()
    {
        int value = 0;
        while (_reader.Current != '}' && value <= 0x10FFFF)
        {
            value = 16 * value + _reader.Hexadecimal(1);
        }
        _reader.Expect('}');
        return value <= 0x10FFFF ? CodePoints.Of(value) : throw _reader.Wrong("there is no such code point");
    }
}
