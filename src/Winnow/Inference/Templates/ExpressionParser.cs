using System.Globalization;

namespace Winnow.Inference.Templates;

/// <summary>Parses the expressions of a template, by the precedence of Jinja.</summary>
internal sealed class ExpressionParser(TemplateCursor cursor)
{
    /// <summary>A chain of operators is a tree as deep as the chain is long.</summary>
    private const int MaxChain = 200;

    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    /// <summary>An expression; several with commas between them are a tuple.</summary>
    public TemplateExpression ParseTuple()
    {
        TemplateExpression first = Parse();
        return cursor.Current.IsOperator(",") ? Tuple(first) : first;
    }

    /// <summary>An expression.</summary>
    public TemplateExpression Parse()
    {
        cursor.Enter();
        TemplateExpression value = Or();
        for (int chained = 0; cursor.Current.IsName("if"); chained++)
        {
            Bound(chained);
            TemplatePlace place = cursor.Take().Place;
            TemplateExpression condition = Or();
            value = new ChoiceExpression(place, condition, value, cursor.TryTakeName("else") ? Parse() : null);
        }
        cursor.Leave();
        return value;
    }

    /// <summary>An expression that is no choice: the items of a loop, whose 'if' filters them.</summary>
    public TemplateExpression ParseItems()
    {
        TemplateExpression first = Or();
        return cursor.Current.IsOperator(",") ? Tuple(first) : first;
    }

    private ListExpression Tuple(TemplateExpression first)
    {
        List<TemplateExpression> items = [first];
        while (cursor.TryTakeOperator(",") && BeginsExpression(cursor.Current))
        {
            items.Add(Parse());
        }
        return new ListExpression(first.Place, items, IsTuple: true);
    }

    private static bool BeginsExpression(TemplateToken token) =>
        token.Kind is TemplateTokenKind.Name or TemplateTokenKind.String or TemplateTokenKind.Number
        || (token.Kind == TemplateTokenKind.Operator && token.Text is "(" or "[" or "{" or "-" or "+");

    private TemplateExpression Or()
    {
        TemplateExpression left = And();
        for (int chained = 0; cursor.Current.IsName("or"); chained++)
        {
            Bound(chained);
            left = new LogicalExpression(cursor.Take().Place, IsAnd: false, left, And());
        }
        return left;
    }

    private TemplateExpression And()
    {
        TemplateExpression left = Not();
        for (int chained = 0; cursor.Current.IsName("and"); chained++)
        {
            Bound(chained);
            left = new LogicalExpression(cursor.Take().Place, IsAnd: true, left, Not());
        }
        return left;
    }

    private TemplateExpression Not()
    {
        if (!cursor.Current.IsName("not"))
        {
            return Compared();
        }
        cursor.Enter();
        TemplatePlace place = cursor.Take().Place;
        TemplateExpression operand = Not();
        cursor.Leave();
        return new UnaryExpression(place, "not", operand);
    }

    private TemplateExpression Compared()
    {
        TemplateExpression first = Sum();
        List<(string, TemplateExpression)> rest = [];
        while (true)
        {
            if (cursor.Current.Kind == TemplateTokenKind.Operator && Comparisons.Contains(cursor.Current.Text, StringComparer.Ordinal))
            {
                string comparison = cursor.Take().Text;
                rest.Add((comparison, Sum()));
            }
            else if (cursor.TryTakeName("in"))
            {
                rest.Add(("in", Sum()));
            }
            else if (cursor.Current.IsName("not") && cursor.Next.IsName("in"))
            {
                cursor.Take();
                cursor.Take();
                rest.Add(("not in", Sum()));
            }
            else
            {
                return rest.Count == 0 ? first : new ComparisonExpression(first.Place, first, rest);
            }
        }
    }

    private TemplateExpression Sum() => Chain(Concatenation, "+", "-");

    private TemplateExpression Concatenation() => Chain(Product, "~");

    private TemplateExpression Product() => Chain(Power, "*", "/", "//", "%");

    private TemplateExpression Power() => Chain(() => Unary(takesFilters: true), "**");

    private TemplateExpression Chain(Func<TemplateExpression> part, params string[] operators)
    {
        TemplateExpression left = part();
        for (int chained = 0; cursor.Current.Kind == TemplateTokenKind.Operator && operators.Contains(cursor.Current.Text, StringComparer.Ordinal); chained++)
        {
            Bound(chained);
            TemplateToken operation = cursor.Take();
            left = new BinaryExpression(operation.Place, operation.Text, left, part());
        }
        return left;
    }

    private TemplateExpression Unary(bool takesFilters)
    {
        cursor.Enter();
        TemplateToken token = cursor.Current;
        TemplateExpression value;
        if (token.IsOperator("-") || token.IsOperator("+"))
        {
            cursor.Take();
            value = new UnaryExpression(token.Place, token.Text, Unary(takesFilters: false));
        }
        else
        {
            value = Postfix(Primary());
        }
        value = takesFilters ? Filters(value) : value;
        cursor.Leave();
        return value;
    }

    private TemplateExpression Primary()
    {
        TemplateToken token = cursor.Current;
        switch (token.Kind)
        {
            case TemplateTokenKind.Name:
                cursor.Take();
                return token.Text switch
                {
                    "true" or "True" => new ConstantExpression(token.Place, true),
                    "false" or "False" => new ConstantExpression(token.Place, false),
                    "none" or "None" => new ConstantExpression(token.Place, null),
                    _ => new NameExpression(token.Place, token.Text),
                };
            case TemplateTokenKind.String:
                // Texts side by side are one.
                string text = cursor.Take().Text;
                while (cursor.Current.Kind == TemplateTokenKind.String)
                {
                    text += cursor.Take().Text;
                }
                return new ConstantExpression(token.Place, text);
            case TemplateTokenKind.Number:
                return new ConstantExpression(token.Place, Number(cursor.Take()));
            case TemplateTokenKind.Operator when token.Text == "(":
                return Parenthesis();
            case TemplateTokenKind.Operator when token.Text == "[":
                cursor.Take();
                return new ListExpression(token.Place, Items("]"), IsTuple: false);
            case TemplateTokenKind.Operator when token.Text == "{":
                return Map();
            default:
                throw token.Place.Error($"a value is expected here, not {token.Shown}.");
        }
    }

    private static object Number(TemplateToken token) =>
        long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long whole) ? (object)whole
        : double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && !token.Text.All(char.IsAsciiDigit) ? number
        : throw token.Place.Error($"{token.Shown} is beyond 64 bits.");

    private TemplateExpression Parenthesis()
    {
        TemplatePlace place = cursor.Take().Place;
        if (cursor.TryTakeOperator(")"))
        {
            return new ListExpression(place, [], IsTuple: true);
        }
        TemplateExpression inside = ParseTuple();
        cursor.ExpectOperator(")");
        return inside;
    }

    private List<TemplateExpression> Items(string end)
    {
        List<TemplateExpression> items = [];
        while (!cursor.TryTakeOperator(end))
        {
            items.Add(Parse());
            if (!cursor.Current.IsOperator(end))
            {
                cursor.ExpectOperator(",");
            }
        }
        return items;
    }

    private MapExpression Map()
    {
        TemplatePlace place = cursor.Take().Place;
        List<(TemplateExpression, TemplateExpression)> entries = [];
        while (!cursor.TryTakeOperator("}"))
        {
            TemplateExpression key = Parse();
            cursor.ExpectOperator(":");
            entries.Add((key, Parse()));
            if (!cursor.Current.IsOperator("}"))
            {
                cursor.ExpectOperator(",");
            }
        }
        return new MapExpression(place, entries);
    }

    private TemplateExpression Postfix(TemplateExpression value)
    {
        for (int chained = 0; ; chained++)
        {
            Bound(chained);
            TemplateToken token = cursor.Current;
            if (token.IsOperator("."))
            {
                cursor.Take();
                value = AfterPoint(value, token.Place);
            }
            else if (token.IsOperator("["))
            {
                cursor.Take();
                value = Subscript(value, token.Place);
            }
            else if (token.IsOperator("("))
            {
                value = new CallExpression(token.Place, value, Arguments());
            }
            else
            {
                return value;
            }
        }
    }

    private TemplateExpression AfterPoint(TemplateExpression value, TemplatePlace place)
    {
        if (cursor.Current.Kind == TemplateTokenKind.Number)
        {
            return new ItemExpression(place, value, new ConstantExpression(place, Number(cursor.Take())));
        }
        TemplateToken name = cursor.Expect(TemplateTokenKind.Name, "the name of a field");
        return cursor.Current.IsOperator("(")
            ? new MethodExpression(name.Place, value, name.Text, Arguments())
            : new FieldExpression(name.Place, value, name.Text);
    }

    private TemplateExpression Subscript(TemplateExpression value, TemplatePlace place)
    {
        TemplateExpression? first = cursor.Current.IsOperator(":") ? null : Parse();
        if (cursor.TryTakeOperator("]"))
        {
            return new ItemExpression(place, value, first!);
        }
        cursor.ExpectOperator(":");
        TemplateExpression? stop = cursor.Current.IsOperator(":") || cursor.Current.IsOperator("]") ? null : Parse();
        TemplateExpression? stride = cursor.TryTakeOperator(":") && !cursor.Current.IsOperator("]") ? Parse() : null;
        cursor.ExpectOperator("]");
        return new SliceExpression(place, value, first, stop, stride);
    }

    private ArgumentList Arguments()
    {
        cursor.ExpectOperator("(");
        List<TemplateExpression> positional = [];
        List<(string, TemplateExpression)> named = [];
        while (!cursor.TryTakeOperator(")"))
        {
            TemplateToken token = cursor.Current;
            if (token.IsOperator("*") || token.IsOperator("**"))
            {
                throw token.Place.Error("arguments that are spread out with '*' are not supported.");
            }
            if (token.Kind == TemplateTokenKind.Name && cursor.Next.IsOperator("="))
            {
                cursor.Take();
                cursor.Take();
                named.Add((token.Text, Parse()));
            }
            else
            {
                positional.Add(named.Count == 0 ? Parse() : throw token.Place.Error("an argument without a name follows one with a name."));
            }
            if (!cursor.Current.IsOperator(")"))
            {
                cursor.ExpectOperator(",");
            }
        }
        return new ArgumentList(positional, named);
    }

    private TemplateExpression Filters(TemplateExpression value)
    {
        for (int chained = 0; ; chained++)
        {
            Bound(chained);
            if (cursor.TryTakeOperator("|"))
            {
                TemplateToken name = cursor.Expect(TemplateTokenKind.Name, "the name of a filter");
                TemplateFilter filter = TemplateFilters.All.TryGetValue(name.Text, out TemplateFilter? known) ? known : throw TemplateFilters.Unknown(name.Text, name.Place);
                value = new FilterExpression(name.Place, value, name.Text, filter, cursor.Current.IsOperator("(") ? Arguments() : ArgumentList.Empty);
            }
            else if (cursor.TryTakeName("is"))
            {
                value = Test(value);
            }
            else
            {
                return value;
            }
        }
    }

    private TestExpression Test(TemplateExpression value)
    {
        bool isNegated = cursor.TryTakeName("not");
        TemplateToken name = cursor.Current.Kind == TemplateTokenKind.Operator ? cursor.Take() : cursor.Expect(TemplateTokenKind.Name, "the name of a test");
        TemplateTest test = TemplateTests.All.TryGetValue(name.Text, out TemplateTest? known) ? known : throw TemplateTests.Unknown(name.Text, name.Place);
        ArgumentList arguments = ArgumentList.Empty;
        if (cursor.Current.IsOperator("("))
        {
            arguments = Arguments();
        }
        else if (TakesOperand(cursor.Current))
        {
            arguments = new ArgumentList([Postfix(Primary())], []);
        }
        return new TestExpression(name.Place, value, test, isNegated, arguments);
    }

    private static bool TakesOperand(TemplateToken token) =>
        token.Kind is TemplateTokenKind.String or TemplateTokenKind.Number
        || (token.Kind == TemplateTokenKind.Name && token.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not"))
        || token.IsOperator("[") || token.IsOperator("{");

    private void Bound(int chained)
    {
        if (chained > MaxChain)
        {
            throw cursor.Current.Place.Error($"an expression has more than {MaxChain} parts in a row.");
        }
    }
}
