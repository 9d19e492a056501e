using System.Text;

namespace Winnow.Decoding.Constraints;

/// <summary>The pieces of JSON text: white space, strings, numbers, any value.</summary>
internal static class JsonTexts
{
    /// <summary>Rules that any schema may use.</summary>
    public static IEnumerable<KeyValuePair<string, Expression>> Rules =>
    [
        new("ws", Expression.Any(
            Expression.Empty, Expression.Text(" "),
            Expression.Of(Expression.Text("\n"), new CharacterClass(CodePoints.Of(('\t', '\t'), (' ', ' '))).Many(0, 20)))),
        new("char", Expression.Any(new CharacterClass(Plain), Escape)),
        new("string", Quoted(Char.Many())),
        new("number", Expression.Of(
            Expression.Text("-").Optional(), DigitRanges.Between(0, null), Expression.Of(Expression.Text("."), Digit.Many(1, DigitRanges.MostDigits)).Optional(),
            Expression.Of(new CharacterClass(CodePoints.Of(('e', 'e'), ('E', 'E'))), new CharacterClass(CodePoints.Of(('+', '+'), ('-', '-'))).Optional(), Digit.Many(1, 3)).Optional())),
        new("value", Expression.Any(
            Rule("object"), Rule("array"), Rule("string"), Rule("number"), Expression.Text("true"), Expression.Text("false"), Expression.Text("null"))),
        new("array", List("[", "]", Rule("value"), 0, null)),
        new("object", List("{", "}", Expression.Of(Rule("string"), Colon, Rule("value")), 0, null)),
    ];

    /// <summary>One character of a string, escaped where it must be.</summary>
    public static Expression Char => Rule("char");

    public static Expression Space => Rule("ws");

    public static Expression Colon => Expression.Of(Expression.Text(":"), Space);

    public static Expression Comma => Expression.Of(Expression.Text(","), Space);

    /// <summary>Characters that stand for themselves in a string.</summary>
    public static CodePoints Plain { get; } = CodePoints.Of((0, 0x1F), ('"', '"'), ('\\', '\\'), (0x7F, 0x7F)).Not();

    private static CharacterClass Digit { get; } = new(CodePoints.Of(('0', '9')));

    private static Expression Escape { get; } = Expression.Of(
        Expression.Text("\\"),
        Expression.Any(
            new CharacterClass(CodePoints.Of("\"\\/bfnrt".Select(c => ((int)c, (int)c)))),
            Expression.Of(Expression.Text("u"), new CharacterClass(CodePoints.Of(('0', '9'), ('a', 'f'), ('A', 'F'))).Many(4, 4))));

    public static Expression Rule(string name) => new RuleReference(name);

    public static Expression Quoted(Expression content) => Expression.Of(Expression.Text("\""), content, Expression.Text("\""));

    /// <summary>Items between brackets, separated by commas.</summary>
    public static Expression List(string open, string close, Expression item, int least, int? most)
    {
        Expression items = Expression.Of(item, Expression.Of(Comma, item).Many(Math.Max(least - 1, 0), most - 1));
        Expression content = most == 0 ? Expression.Empty : least == 0 ? items.Optional() : items;
        return Expression.Of(Expression.Text(open), Space, content, Space, Expression.Text(close));
    }

    /// <summary>A language over characters, written as the content of a JSON string.</summary>
    public static Expression Encoded(Expression expression) => expression switch
    {
        CharacterClass c => EncodedClass(c.Set),
        Sequence s => new Sequence([.. s.Parts.Select(Encoded)]),
        Alternatives a => new Alternatives([.. a.Options.Select(Encoded)]),
        Repetition r => r with { Body = Encoded(r.Body) },
        _ => expression,
    };

    private static Expression EncodedClass(CodePoints set)
    {
        List<Expression> options = [];
        CodePoints plain = set.And(Plain);
        if (!plain.IsEmpty)
        {
            options.Add(new CharacterClass(plain));
        }
        foreach ((int codePoint, string escape) in (ReadOnlySpan<(int, string)>)[('"', "\\\""), ('\\', "\\\\"), ('\b', "\\b"), ('\f', "\\f"), ('\n', "\\n"), ('\r', "\\r"), ('\t', "\\t")])
        {
            if (set.Contains(codePoint))
            {
                options.Add(Expression.Text(escape));
            }
        }
        foreach ((int first, int last) in set.And(CodePoints.Of((0, 7), (11, 11), (14, 31), (127, 127))).Ranges)
        {
            for (int codePoint = first; codePoint <= last; codePoint++)
            {
                options.Add(Expression.Text($"\\u{codePoint:x4}"));
            }
        }
        return Expression.Any(options);
    }

    /// <summary>Strings of plain characters that are none of the given names.</summary>
    public static Expression NoneOf(IReadOnlyCollection<string> names) => Quoted(Other([.. names.Select(n => n.EnumerateRunes().ToArray())], 0));

    private static Expression Other(List<Rune[]> names, int depth)
    {
        var continuations = names.Where(n => n.Length > depth).GroupBy(n => n[depth].Value).ToArray();
        CodePoints others = Plain.And(CodePoints.Of(continuations.Select(g => (g.Key, g.Key))).Not());
        List<Expression> options = [Expression.Of(new CharacterClass(others), new CharacterClass(Plain).Many())];
        if (!names.Exists(n => n.Length == depth))
        {
            options.Add(Expression.Empty);
        }
        options.AddRange(continuations.Where(g => Plain.Contains(g.Key)).Select(g =>
            Expression.Of(new CharacterClass(CodePoints.Of(g.Key)), Other([.. g], depth + 1))));
        return Expression.Any(options);
    }
}
