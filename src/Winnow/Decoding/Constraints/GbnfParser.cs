using System.Text;

namespace Winnow.Decoding.Constraints;

/// <summary>Grammars in llama.cpp's notation.</summary>
internal sealed class GbnfParser
{
    private readonly PatternReader _reader;
    private readonly Dictionary<string, Expression> _rules = new(StringComparer.Ordinal);

    private GbnfParser(string text) => _reader = new PatternReader(text, "grammar");

    public static Dictionary<string, Expression> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        GbnfParser parser = new(text);
        parser.SkipSpace(acrossLines: true);
        while (!parser._reader.IsAtEnd)
        {
            parser.Rule();
            parser.SkipSpace(acrossLines: true);
        }
        return parser._rules.Count > 0 ? parser._rules : throw parser._reader.Wrong("there is no rule");
    }

    private void Rule()
    {
        string name = Name() ?? throw _reader.Wrong("the name of a rule is expected");
        SkipSpace(acrossLines: false);
        if (!_reader.TryTake("::="))
        {
            throw _reader.Wrong($"\"::=\" is expected behind \"{name}\"");
        }
        SkipSpace(acrossLines: true);
        if (!_rules.TryAdd(name, Alternation(isNested: false)))
        {
            throw _reader.Wrong($"the rule \"{name}\" is defined twice");
        }
        if (!_reader.IsAtEnd && _reader.Current is not ('\n' or '\r'))
        {
            throw _reader.Wrong($"'{new Rune(_reader.Current)}' is not expected");
        }
    }

    private Expression Alternation(bool isNested)
    {
        List<Expression> options = [Concatenation(isNested)];
        while (TryTakeBar())
        {
            SkipSpace(acrossLines: true);
            options.Add(Concatenation(isNested));
        }
        return Expression.Any(options);
    }

    // A bar may stand on the next line; a line without one begins the next rule.
    private bool TryTakeBar()
    {
        int before = _reader.Position;
        SkipSpace(acrossLines: true);
        if (_reader.TryTake('|'))
        {
            return true;
        }
        _reader.Position = before;
        return false;
    }

    private Sequence Concatenation(bool isNested)
    {
        List<Expression> parts = [];
        while (true)
        {
            SkipSpace(isNested);
            Expression? atom = Atom();
            if (atom is null)
            {
                return new Sequence([.. parts]);
            }
            parts.Add(Quantified(atom));
        }
    }

    private Expression Quantified(Expression atom)
    {
        while (true)
        {
            switch (_reader.Current)
            {
                case '*':
                    _reader.Take();
                    atom = atom.Many();
                    break;
                case '+':
                    _reader.Take();
                    atom = atom.Many(1);
                    break;
                case '?':
                    _reader.Take();
                    atom = atom.Optional();
                    break;
                case '{':
                    (int least, int? most) = _reader.TakeCount()!.Value;
                    atom = atom.Many(least, most);
                    break;
                default:
                    return atom;
            }
        }
    }

    private Expression? Atom()
    {
        switch (_reader.Current)
        {
            case '"':
                _reader.Take();
                List<Expression> characters = [];
                while (!_reader.TryTake('"'))
                {
                    characters.Add(new CharacterClass(CodePoints.Of(Character())));
                }
                return new Sequence([.. characters]);
            case '[':
                _reader.Take();
                return new CharacterClass(Class());
            case '(':
                _reader.Take();
                Expression group = Alternation(isNested: true);
                SkipSpace(acrossLines: true);
                _reader.Expect(')');
                return group;
            case '.':
                _reader.Take();
                return new CharacterClass(CodePoints.All);
            default:
                int before = _reader.Position;
                string? name = Name();
                if (name is null)
                {
                    return null;
                }
                int after = _reader.Position;
                SkipSpace(acrossLines: false);
                if (_reader.Current == ':')
                {
                    _reader.Position = before;
                    return null;
                }
                _reader.Position = after;
                return new RuleReference(name);
        }
    }

    private CodePoints Class()
    {
        bool isNegated = _reader.TryTake('^');
        CodePoints set = CodePoints.Of([]);
        while (!_reader.TryTake(']'))
        {
            int first = Character();
            int last = first;
            if (_reader.Current == '-' && _reader.Ahead() != ']')
            {
                _reader.Take();
                last = Character();
            }
            set = last >= first ? set.Or(CodePoints.Of((first, last))) : throw _reader.Wrong("a range in a class goes from one character up to another");
        }
        return isNegated ? set.Not() : set;
    }

    private int Character()
    {
        int c = _reader.Take();
        if (c != '\\')
        {
            return c;
        }
        c = _reader.Take();
        return c switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'x' => _reader.Hexadecimal(2),
            'u' => _reader.Hexadecimal(4),
            'U' => _reader.Hexadecimal(8),
            '\\' or '"' or '[' or ']' or '-' or '^' => c,
            _ => throw _reader.Wrong($"the escape \\{new Rune(c)} is not known"),
        };
    }

    private string? Name()
    {
        StringBuilder name = new();
        while (_reader.Current is >= 0 and < 128 && (char.IsAsciiLetterOrDigit((char)_reader.Current) || _reader.Current is '-' or '_'))
        {
            name.Append((char)_reader.Take());
        }
        return name.Length == 0 ? null : name.ToString();
    }

    private void SkipSpace(bool acrossLines)
    {
        while (_reader.Current is ' ' or '\t' or '#' || (acrossLines && _reader.Current is '\n' or '\r'))
        {
            if (_reader.Current == '#')
            {
                while (!_reader.IsAtEnd && _reader.Current is not ('\n' or '\r'))
                {
                    _reader.Take();
                }
            }
            else
            {
                _reader.Take();
            }
        }
    }
}
