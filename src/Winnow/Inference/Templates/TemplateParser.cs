namespace Winnow.Inference.Templates;

/// <summary>Parses the statements of a template.</summary>
internal sealed class TemplateParser
{
    private readonly TemplateCursor _cursor;
    private readonly ExpressionParser _expressions;

    private TemplateParser(List<TemplateToken> tokens)
    {
        _cursor = new TemplateCursor(tokens);
        _expressions = new ExpressionParser(_cursor);
    }

    public static IReadOnlyList<TemplateStatement> Parse(string source)
    {
        var parser = new TemplateParser(TemplateLexer.Tokens(source));
        return parser.Body(new TemplatePlace(1, 1), []);
    }

    // Stops before the name of a block that ends this one; without such names at the end of the template.
    private List<TemplateStatement> Body(TemplatePlace begin, ReadOnlySpan<string> ends)
    {
        _cursor.Enter();
        List<TemplateStatement> body = [];
        while (true)
        {
            TemplateToken token = _cursor.Current;
            switch (token.Kind)
            {
                case TemplateTokenKind.Text:
                    body.Add(new TextStatement(token.Place, _cursor.Take().Text));
                    break;
                case TemplateTokenKind.OutputBegin:
                    _cursor.Take();
                    body.Add(new OutputStatement(token.Place, _expressions.ParseTuple()));
                    _cursor.Expect(TemplateTokenKind.OutputEnd, "'}}'");
                    break;
                case TemplateTokenKind.BlockBegin:
                    _cursor.Take();
                    if (_cursor.Current.Kind == TemplateTokenKind.Name && ends.Contains(_cursor.Current.Text))
                    {
                        _cursor.Leave();
                        return body;
                    }
                    body.Add(Statement());
                    break;
                case TemplateTokenKind.End when ends.IsEmpty:
                    _cursor.Leave();
                    return body;
                default:
                    throw begin.Error($"the block has no end '{(ends.IsEmpty ? "" : ends[^1])}'.");
            }
        }
    }

    private TemplateStatement Statement()
    {
        TemplateToken name = _cursor.Expect(TemplateTokenKind.Name, "the name of a statement");
        return name.Text switch
        {
            "if" => If(name.Place),
            "for" => For(name.Place),
            "set" => Set(name.Place),
            "macro" => Macro(name.Place),
            "with" => With(name.Place),
            // Marks the model's own words for training; it changes nothing in the text.
            "generation" => Group(name.Place, "endgeneration"),
            "break" => Flow(name.Place, TemplateFlow.Break),
            "continue" => Flow(name.Place, TemplateFlow.Continue),
            _ => throw name.Place.Error($"the statement '{name.Text}' is not supported; there are break, continue, for, generation, if, macro, raw, set and with."),
        };
    }

    private IfStatement If(TemplatePlace place)
    {
        List<(TemplateExpression?, IReadOnlyList<TemplateStatement>)> branches = [];
        TemplateExpression? condition = _expressions.ParseTuple();
        while (true)
        {
            EndTag();
            bool isElse = condition is null;
            List<TemplateStatement> body = isElse ? Body(place, ["endif"]) : Body(place, ["elif", "else", "endif"]);
            branches.Add((condition, body));
            string next = _cursor.Take().Text;
            if (next == "endif")
            {
                EndTag();
                return new IfStatement(place, branches);
            }
            condition = next == "elif" ? _expressions.ParseTuple() : null;
        }
    }

    private ForStatement For(TemplatePlace place)
    {
        List<string> targets = Targets();
        _cursor.ExpectName("in");
        TemplateExpression items = _expressions.ParseItems();
        TemplateExpression? filter = _cursor.TryTakeName("if") ? _expressions.Parse() : null;
        if (_cursor.Current.IsName("recursive"))
        {
            throw _cursor.Current.Place.Error("recursive loops are not supported.");
        }
        EndTag();
        List<TemplateStatement> body = Body(place, ["else", "endfor"]);
        List<TemplateStatement> otherwise = [];
        if (_cursor.Take().Text == "else")
        {
            EndTag();
            otherwise = Body(place, ["endfor"]);
            _cursor.Take();
        }
        EndTag();
        return new ForStatement(place, targets, items, filter, body, otherwise);
    }

    private TemplateStatement Set(TemplatePlace place)
    {
        TemplateToken first = _cursor.Current;
        if (_cursor.Next.IsOperator("."))
        {
            _cursor.Take();
            _cursor.Take();
            string field = _cursor.Expect(TemplateTokenKind.Name, "the name of a field").Text;
            _cursor.ExpectOperator("=");
            TemplateExpression fieldValue = _expressions.ParseTuple();
            EndTag();
            return new SetFieldStatement(place, first.Text, field, fieldValue);
        }
        List<string> targets = Targets();
        if (targets.Count == 1 && _cursor.Current.Kind == TemplateTokenKind.BlockEnd)
        {
            EndTag();
            List<TemplateStatement> body = Body(place, ["endset"]);
            _cursor.Take();
            EndTag();
            return new SetBlockStatement(place, targets[0], body);
        }
        _cursor.ExpectOperator("=");
        TemplateExpression value = _expressions.ParseTuple();
        EndTag();
        return new SetStatement(place, targets, value);
    }

    private MacroStatement Macro(TemplatePlace place)
    {
        string name = _cursor.Expect(TemplateTokenKind.Name, "the name of a macro").Text;
        _cursor.ExpectOperator("(");
        List<(string, TemplateExpression?)> parameters = [];
        while (!_cursor.TryTakeOperator(")"))
        {
            string parameter = _cursor.Expect(TemplateTokenKind.Name, "the name of an argument").Text;
            parameters.Add((parameter, _cursor.TryTakeOperator("=") ? _expressions.Parse() : null));
            if (!_cursor.Current.IsOperator(")"))
            {
                _cursor.ExpectOperator(",");
            }
        }
        EndTag();
        List<TemplateStatement> body = Body(place, ["endmacro"]);
        _cursor.Take();
        EndTag();
        return new MacroStatement(place, name, parameters, body);
    }

    private WithStatement With(TemplatePlace place)
    {
        List<(string, TemplateExpression)> names = [];
        while (_cursor.Current.Kind != TemplateTokenKind.BlockEnd)
        {
            string name = _cursor.Expect(TemplateTokenKind.Name, "a name").Text;
            _cursor.ExpectOperator("=");
            names.Add((name, _expressions.Parse()));
            if (_cursor.Current.Kind != TemplateTokenKind.BlockEnd)
            {
                _cursor.ExpectOperator(",");
            }
        }
        EndTag();
        List<TemplateStatement> body = Body(place, ["endwith"]);
        _cursor.Take();
        EndTag();
        return new WithStatement(place, names, body);
    }

    private WithStatement Group(TemplatePlace place, string end)
    {
        EndTag();
        List<TemplateStatement> body = Body(place, [end]);
        _cursor.Take();
        EndTag();
        return new WithStatement(place, [], body);
    }

    private FlowStatement Flow(TemplatePlace place, TemplateFlow flow)
    {
        EndTag();
        return new FlowStatement(place, flow);
    }

    private List<string> Targets()
    {
        bool isInside = _cursor.TryTakeOperator("(");
        List<string> targets = [];
        do
        {
            targets.Add(_cursor.Expect(TemplateTokenKind.Name, "a name").Text);
        }
        while (_cursor.TryTakeOperator(",") && targets.Count < 64);
        if (isInside)
        {
            _cursor.ExpectOperator(")");
        }
        return targets;
    }

    private void EndTag() => _cursor.Expect(TemplateTokenKind.BlockEnd, "'%}'");
}
