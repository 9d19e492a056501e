using System.Globalization;
using System.Text;

namespace Winnow.Inference.Templates;

/// <summary>
/// Cuts a template into tokens. White space is treated as chat templates expect it: the line end after a block is
/// left out, and so are the blanks before a block that begins a line.
/// </summary>
internal sealed class TemplateLexer
{
    private static readonly string[] Operators =
        ["**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ","];

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _placed;

    private TemplateLexer(string source) => _source = source;

    /// <summary>Tokens of a template, the last of which is its end.</summary>
    public static List<TemplateToken> Tokens(string source)
    {
        string lines = source.ReplaceLineEndings("\n");
        var lexer = new TemplateLexer(lines.EndsWith('\n') ? lines[..^1] : lines);
        lexer.Read();
        return lexer._tokens;
    }

    private void Read()
    {
        // Whether what came before the coming text ended a line; the template's beginning does.
        bool startsLine = true;
        while (_at < _source.Length)
        {
            int tag = NextTag(_at);
            AddText(_source[_at..tag], startsLine, tag);
            if (tag == _source.Length)
            {
                break;
            }
            _at = tag;
            startsLine = ReadTag();
        }
        _tokens.Add(new TemplateToken(TemplateTokenKind.End, "", Place(_source.Length)));
    }

    private int NextTag(int from)
    {
        for (int at = _source.IndexOf('{', from); at >= 0 && at + 1 < _source.Length; at = _source.IndexOf('{', at + 1))
        {
            if (_source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }
        return _source.Length;
    }

    private void AddText(string text, bool startsLine, int tag)
    {
        if (tag < _source.Length)
        {
            char mark = tag + 2 < _source.Length ? _source[tag + 2] : '\0';
            if (mark == '-')
            {
                text = text.TrimEnd();
            }
            else if (mark != '+' && _source[tag + 1] != '{')
            {
                int lineStart = text.LastIndexOf('\n') + 1;
                bool isBlank = (lineStart > 0 || startsLine) && string.IsNullOrWhiteSpace(text[lineStart..]);
                text = isBlank ? text[..lineStart] : text;
            }
        }
        if (text.Length > 0)
        {
            _tokens.Add(new TemplateToken(TemplateTokenKind.Text, text, Place(_at)));
        }
    }

    // Returns whether the tag took the end of its line with it.
    private bool ReadTag()
    {
        TemplatePlace place = Place(_at);
        char kind = _source[_at + 1];
        _at += 2;
        if (_at < _source.Length && _source[_at] is '-' or '+')
        {
            _at++;
        }
        if (kind == '#')
        {
            int end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
            if (end < 0)
            {
                throw place.Error("the comment '{#' has no end '#}'.");
            }
            bool strips = end > _at && _source[end - 1] == '-';
            bool keeps = end > _at && _source[end - 1] == '+';
            _at = end + 2;
            return AfterTag(strips, isTrimmed: !keeps);
        }
        bool isOutput = kind == '{';
        int first = _tokens.Count;
        _tokens.Add(new TemplateToken(isOutput ? TemplateTokenKind.OutputBegin : TemplateTokenKind.BlockBegin, "", place));
        bool startsLine = ReadInside(isOutput, place);
        bool isRaw = !isOutput && _tokens.Count == first + 3 && _tokens[first + 1].IsName("raw");
        if (isRaw)
        {
            _tokens.RemoveRange(first, 3);
            return ReadRaw(place, startsLine);
        }
        return startsLine;
    }

    private bool ReadInside(bool isOutput, TemplatePlace begin)
    {
        string end = isOutput ? "}}" : "%}";
        int depth = 0;
        while (true)
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at]))
            {
                _at++;
            }
            if (_at >= _source.Length)
            {
                throw begin.Error($"the tag has no end '{end}'.");
            }
            int mark = _source[_at] is '-' or '+' ? 1 : 0;
            if (depth == 0 && string.CompareOrdinal(_source, _at + mark, end, 0, 2) == 0)
            {
                bool strips = mark == 1 && _source[_at] == '-';
                bool keeps = mark == 1 && _source[_at] == '+';
                _tokens.Add(new TemplateToken(isOutput ? TemplateTokenKind.OutputEnd : TemplateTokenKind.BlockEnd, "", Place(_at)));
                _at += mark + 2;
                return AfterTag(strips, isTrimmed: !isOutput && !keeps);
            }
            TemplateToken token = ReadToken();
            _tokens.Add(token);
            depth += token.Kind != TemplateTokenKind.Operator ? 0 : token.Text is "(" or "[" or "{" ? 1 : token.Text is ")" or "]" or "}" ? -1 : 0;
        }
    }

    private bool AfterTag(bool strips, bool isTrimmed)
    {
        int start = _at;
        if (strips)
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at]))
            {
                _at++;
            }
        }
        else if (isTrimmed && _at < _source.Length && _source[_at] == '\n')
        {
            _at++;
        }
        return _at > start && _source[_at - 1] == '\n';
    }

    private bool ReadRaw(TemplatePlace place, bool startsLine)
    {
        for (int tag = NextTag(_at); tag < _source.Length; tag = NextTag(tag + 1))
        {
            int inside = tag + 2;
            inside += inside < _source.Length && _source[inside] is '-' or '+' ? 1 : 0;
            while (inside < _source.Length && char.IsWhiteSpace(_source[inside]))
            {
                inside++;
            }
            if (_source[tag + 1] == '%' && string.CompareOrdinal(_source, inside, "endraw", 0, 6) == 0)
            {
                AddText(_source[_at..tag], startsLine, tag);
                _at = tag + 2;
                _at += _source[_at] is '-' or '+' ? 1 : 0;
                int first = _tokens.Count;
                bool after = ReadInside(isOutput: false, Place(tag));
                _tokens.RemoveRange(first, _tokens.Count - first);
                return after;
            }
        }
        throw place.Error("the block 'raw' has no 'endraw'.");
    }

    private TemplateToken ReadToken()
    {
        TemplatePlace place = Place(_at);
        char first = _source[_at];
        if (char.IsLetter(first) || first == '_')
        {
            int start = _at;
            while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_'))
            {
                _at++;
            }
            return new TemplateToken(TemplateTokenKind.Name, _source[start.._at], place);
        }
        if (char.IsAsciiDigit(first))
        {
            return new TemplateToken(TemplateTokenKind.Number, ReadNumber(), place);
        }
        if (first is '\'' or '"')
        {
            return new TemplateToken(TemplateTokenKind.String, ReadString(place), place);
        }
        foreach (string candidate in Operators)
        {
            if (string.CompareOrdinal(_source, _at, candidate, 0, candidate.Length) == 0)
            {
                _at += candidate.Length;
                return new TemplateToken(TemplateTokenKind.Operator, candidate, place);
            }
        }
        throw place.Error($"the character '{first}' belongs to no expression.");
    }

    private string ReadNumber()
    {
        int start = _at;
        Digits();
        if (_at + 1 < _source.Length && _source[_at] == '.' && char.IsAsciiDigit(_source[_at + 1]))
        {
            _at++;
            Digits();
        }
        int exponent = _at + 1 < _source.Length && _source[_at + 1] is '+' or '-' ? _at + 2 : _at + 1;
        if (_at < _source.Length && _source[_at] is 'e' or 'E' && exponent < _source.Length && char.IsAsciiDigit(_source[exponent]))
        {
            _at = exponent;
            Digits();
        }
        return _source[start.._at].Replace("_", "", StringComparison.Ordinal);

        void Digits()
        {
            while (_at < _source.Length && (char.IsAsciiDigit(_source[_at]) || _source[_at] == '_'))
            {
                _at++;
            }
        }
    }

    private string ReadString(TemplatePlace place)
    {
        char quote = _source[_at++];
        var text = new StringBuilder();
        while (_at < _source.Length && _source[_at] != quote)
        {
            char c = _source[_at++];
            if (c == '\\' && _at < _source.Length)
            {
                ReadEscape(text, place);
            }
            else
            {
                text.Append(c);
            }
        }
        if (_at++ >= _source.Length)
        {
            throw place.Error($"the text has no closing {quote}.");
        }
        return text.ToString();
    }

    private void ReadEscape(StringBuilder text, TemplatePlace place)
    {
        char escaped = _source[_at++];
        switch (escaped)
        {
            case 'n': text.Append('\n'); break;
            case 't': text.Append('\t'); break;
            case 'r': text.Append('\r'); break;
            case 'b': text.Append('\b'); break;
            case 'f': text.Append('\f'); break;
            case 'v': text.Append('\v'); break;
            case 'a': text.Append('\a'); break;
            case '\n': break;
            case '\\' or '\'' or '"': text.Append(escaped); break;
            case 'x': text.Append((char)Hex(2, place)); break;
            case 'u': text.Append((char)Hex(4, place)); break;
            case 'U':
                uint code = Hex(8, place);
                text.Append(Rune.IsValid(code) ? new Rune(code).ToString() : throw place.Error($"\\U{code:X8} is no character."));
                break;
            case >= '0' and <= '7':
                int value = escaped - '0';
                for (int i = 0; i < 2 && _at < _source.Length && _source[_at] is >= '0' and <= '7'; i++)
                {
                    value = (value * 8) + (_source[_at++] - '0');
                }
                text.Append((char)value);
                break;
            default:
                text.Append('\\').Append(escaped);
                break;
        }
    }

    private uint Hex(int digits, TemplatePlace place)
    {
        if (_at + digits > _source.Length || !uint.TryParse(_source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
        {
            throw place.Error($"an escape needs {digits} hexadecimal digits.");
        }
        _at += digits;
        return value;
    }

    // Called with growing positions, so that lines are counted once.
    private TemplatePlace Place(int at)
    {
        for (; _placed < at; _placed++)
        {
            if (_source[_placed] == '\n')
            {
                _line++;
                _lineStart = _placed + 1;
            }
        }
        return new TemplatePlace(_line, at - _lineStart + 1);
    }
}
