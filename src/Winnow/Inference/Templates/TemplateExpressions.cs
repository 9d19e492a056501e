namespace Winnow.Inference.Templates;

/// <summary>An expression of a template.</summary>
/// <param name="Place">Where it begins.</param>
internal abstract record TemplateExpression(TemplatePlace Place)
{
    /// <summary>Its value.</summary>
    public object? Evaluate(TemplateRun run)
    {
        run.Enter(Place);
        object? value = Value(run);
        run.Leave();
        return value;
    }

    protected abstract object? Value(TemplateRun run);
}

/// <summary>A value written out.</summary>
internal sealed record ConstantExpression(TemplatePlace Place, object? Constant) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run) => Constant;
}

/// <summary>A name.</summary>
internal sealed record NameExpression(TemplatePlace Place, string Name) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run) => run.Scope[Name];
}

/// <summary>A list or tuple.</summary>
internal sealed record ListExpression(TemplatePlace Place, IReadOnlyList<TemplateExpression> Items, bool IsTuple) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run)
    {
        List<object?> items = new(Items.Count);
        foreach (TemplateExpression item in Items)
        {
            items.Add(item.Evaluate(run));
        }
        return new TemplateList(items, IsTuple);
    }
}

/// <summary>A map.</summary>
internal sealed record MapExpression(TemplatePlace Place, IReadOnlyList<(TemplateExpression Key, TemplateExpression Value)> Entries) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run)
    {
        var map = new TemplateMap();
        foreach ((TemplateExpression key, TemplateExpression value) in Entries)
        {
            map.Entries[TemplateValues.AsKey(key.Evaluate(run), key.Place)] = value.Evaluate(run);
        }
        return map;
    }
}

/// <summary><c>a.name</c></summary>
internal sealed record FieldExpression(TemplatePlace Place, TemplateExpression Target, string Name) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run) => TemplateOperations.Field(Target.Evaluate(run), Name, Place);
}

/// <summary><c>a[key]</c></summary>
internal sealed record ItemExpression(TemplatePlace Place, TemplateExpression Target, TemplateExpression Key) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run) => TemplateOperations.Item(Target.Evaluate(run), Key.Evaluate(run), Place);
}

/// <summary><c>a[start:stop:step]</c></summary>
internal sealed record SliceExpression(TemplatePlace Place, TemplateExpression Target, TemplateExpression? Start, TemplateExpression? Stop, TemplateExpression? Stride) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run) => TemplateOperations.Slice(
        Target.Evaluate(run), Bound(Start, run), Bound(Stop, run), Bound(Stride, run), run, Place);

    private static long? Bound(TemplateExpression? bound, TemplateRun run)
    {
        object? value = bound?.Evaluate(run);
        return value is null ? null
            : TemplateValues.AsLong(value) ?? throw bound!.Place.Error($"a slice ends at whole numbers; this is {TemplateValues.Kind(value)}.");
    }
}

/// <summary><c>-a</c>, <c>+a</c> and <c>not a</c></summary>
internal sealed record UnaryExpression(TemplatePlace Place, string Operator, TemplateExpression Operand) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run)
    {
        object? value = Operand.Evaluate(run);
        return Operator switch
        {
            "not" => !TemplateValues.IsTrue(value),
            "-" when TemplateValues.AsLong(value) is { } whole && whole != long.MinValue => -whole,
            "-" when value is double number => -number,
            "+" when value is long or double => value,
            _ => throw Place.Error($"{TemplateValues.Kind(value)} has no '{Operator}'."),
        };
    }
}

/// <summary><c>and</c>, <c>or</c>: the value of the side that decides.</summary>
internal sealed record LogicalExpression(TemplatePlace Place, bool IsAnd, TemplateExpression Left, TemplateExpression Right) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run)
    {
        object? left = Left.Evaluate(run);
        return TemplateValues.IsTrue(left) == IsAnd ? Right.Evaluate(run) : left;
    }
}

/// <summary>An operator between two values.</summary>
internal sealed record BinaryExpression(TemplatePlace Place, string Operator, TemplateExpression Left, TemplateExpression Right) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run) => TemplateOperations.Binary(Operator, Left.Evaluate(run), Right.Evaluate(run), run, Place);
}

/// <summary><c>a &lt; b &lt;= c</c></summary>
internal sealed record ComparisonExpression(TemplatePlace Place, TemplateExpression First, IReadOnlyList<(string Operator, TemplateExpression Other)> Rest) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run)
    {
        object? left = First.Evaluate(run);
        foreach ((string comparison, TemplateExpression other) in Rest)
        {
            object? right = other.Evaluate(run);
            if (!TemplateOperations.Holds(comparison, left, right, run, Place))
            {
                return false;
            }
            left = right;
        }
        return true;
    }
}

/// <summary><c>a if condition else b</c></summary>
internal sealed record ChoiceExpression(TemplatePlace Place, TemplateExpression Condition, TemplateExpression Then, TemplateExpression? Otherwise) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run) =>
        TemplateValues.IsTrue(Condition.Evaluate(run)) ? Then.Evaluate(run)
        : Otherwise is not null ? Otherwise.Evaluate(run)
        : new UndefinedValue("the value of an 'if' without 'else'");
}

/// <summary>Arguments of a call, as they are written.</summary>
internal sealed record ArgumentList(IReadOnlyList<TemplateExpression> Positional, IReadOnlyList<(string Name, TemplateExpression Value)> Named)
{
    public static ArgumentList Empty { get; } = new([], []);

    public TemplateValues.Arguments Evaluate(TemplateRun run, TemplatePlace place)
    {
        var positional = new object?[Positional.Count];
        for (int i = 0; i < positional.Length; i++)
        {
            positional[i] = Positional[i].Evaluate(run);
        }
        var named = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach ((string name, TemplateExpression value) in Named)
        {
            named[name] = value.Evaluate(run);
        }
        return new TemplateValues.Arguments(positional, named, place);
    }
}

/// <summary><c>a.name(…)</c>: a method.</summary>
internal sealed record MethodExpression(TemplatePlace Place, TemplateExpression Target, string Name, ArgumentList Arguments) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run) =>
        TemplateMethods.Call(Target.Evaluate(run), Name, Arguments.Evaluate(run, Place), run);
}

/// <summary><c>name(…)</c>: a macro or function.</summary>
internal sealed record CallExpression(TemplatePlace Place, TemplateExpression Target, ArgumentList Arguments) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run)
    {
        object? target = Target.Evaluate(run);
        return target switch
        {
            MacroValue macro => macro.Call(Arguments.Evaluate(run, Place), run),
            TemplateFunction function => function(Arguments.Evaluate(run, Place), run),
            UndefinedValue undefined => throw Place.Error($"the function {undefined.What} is not supported; there are {string.Join(", ", TemplateFunctions.All.Keys)}."),
            _ => throw Place.Error($"{TemplateValues.Kind(target)} cannot be called."),
        };
    }
}

/// <summary><c>a | name(…)</c></summary>
internal sealed record FilterExpression(TemplatePlace Place, TemplateExpression Target, string Name, TemplateFilter Filter, ArgumentList Arguments) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run) => Filter(Target.Evaluate(run), Arguments.Evaluate(run, Place), run);
}

/// <summary><c>a is name(…)</c></summary>
internal sealed record TestExpression(TemplatePlace Place, TemplateExpression Target, TemplateTest Test, bool IsNegated, ArgumentList Arguments) : TemplateExpression(Place)
{
    protected override object? Value(TemplateRun run) => Test(Target.Evaluate(run), Arguments.Evaluate(run, Place), run) != IsNegated;
}
