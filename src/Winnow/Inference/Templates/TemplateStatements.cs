namespace Winnow.Inference.Templates;

/// <summary>How a statement ends.</summary>
internal enum TemplateFlow
{
    /// <summary>The next one follows.</summary>
    Next,

    /// <summary>The loop ends.</summary>
    Break,

    /// <summary>The round ends.</summary>
    Continue,
}

/// <summary>A statement of a template.</summary>
/// <param name="Place">Where it begins.</param>
internal abstract record TemplateStatement(TemplatePlace Place)
{
    public abstract TemplateFlow Execute(TemplateRun run);

    public static TemplateFlow Run(IReadOnlyList<TemplateStatement> body, TemplateRun run)
    {
        foreach (TemplateStatement statement in body)
        {
            run.Enter(statement.Place);
            TemplateFlow flow = statement.Execute(run);
            run.Leave();
            if (flow != TemplateFlow.Next)
            {
                return flow;
            }
        }
        return TemplateFlow.Next;
    }
}

/// <summary>Text outside of tags.</summary>
internal sealed record TextStatement(TemplatePlace Place, string Text) : TemplateStatement(Place)
{
    public override TemplateFlow Execute(TemplateRun run)
    {
        run.Write(Text, Place);
        return TemplateFlow.Next;
    }
}

/// <summary><c>{{ … }}</c></summary>
internal sealed record OutputStatement(TemplatePlace Place, TemplateExpression Value) : TemplateStatement(Place)
{
    public override TemplateFlow Execute(TemplateRun run)
    {
        run.Write(TemplateValues.Text(Value.Evaluate(run), run, Place), Place);
        return TemplateFlow.Next;
    }
}

/// <summary><c>if</c> with its <c>elif</c>s; <c>else</c> is a branch without a condition.</summary>
internal sealed record IfStatement(TemplatePlace Place, IReadOnlyList<(TemplateExpression? Condition, IReadOnlyList<TemplateStatement> Body)> Branches) : TemplateStatement(Place)
{
    public override TemplateFlow Execute(TemplateRun run)
    {
        foreach ((TemplateExpression? condition, IReadOnlyList<TemplateStatement> body) in Branches)
        {
            if (condition is null || TemplateValues.IsTrue(condition.Evaluate(run)))
            {
                return Run(body, run);
            }
        }
        return TemplateFlow.Next;
    }
}

/// <summary><c>for</c>, with its filter and its <c>else</c>.</summary>
internal sealed record ForStatement(
    TemplatePlace Place,
    IReadOnlyList<string> Targets,
    TemplateExpression Items,
    TemplateExpression? Filter,
    IReadOnlyList<TemplateStatement> Body,
    IReadOnlyList<TemplateStatement> Otherwise) : TemplateStatement(Place)
{
    public override TemplateFlow Execute(TemplateRun run)
    {
        TemplateScope outer = run.Scope;
        List<object?> items = [.. TemplateOperations.Iterate(Items.Evaluate(run), run, Place)];
        try
        {
            if (Filter is not null)
            {
                items = items.FindAll(item =>
                {
                    run.Step(Place);
                    run.Scope = new TemplateScope(outer);
                    Assign(run.Scope, item);
                    return TemplateValues.IsTrue(Filter.Evaluate(run));
                });
            }
            for (int i = 0; i < items.Count; i++)
            {
                run.Step(Place);
                run.Scope = new TemplateScope(outer);
                run.Scope["loop"] = new LoopValue(items, i);
                Assign(run.Scope, items[i]);
                if (Run(Body, run) == TemplateFlow.Break)
                {
                    break;
                }
            }
        }
        finally
        {
            run.Scope = outer;
        }
        return items.Count == 0 ? Run(Otherwise, run) : TemplateFlow.Next;
    }

    private void Assign(TemplateScope scope, object? item) => Targeting.Assign(scope, Targets, item, Place);
}

/// <summary>The variable <c>loop</c>.</summary>
internal sealed record LoopValue(List<object?> Items, int Index)
{
    public object? Field(string name) => name switch
    {
        "index" => Index + 1L,
        "index0" => (long)Index,
        "revindex" => (long)(Items.Count - Index),
        "revindex0" => Items.Count - Index - 1L,
        "first" => Index == 0,
        "last" => Index == Items.Count - 1,
        "length" => (long)Items.Count,
        "previtem" => Index > 0 ? Items[Index - 1] : new UndefinedValue("'loop.previtem' of the first round"),
        "nextitem" => Index < Items.Count - 1 ? Items[Index + 1] : new UndefinedValue("'loop.nextitem' of the last round"),
        _ => new UndefinedValue($"'loop.{name}'"),
    };
}

/// <summary>Gives names to a value or to the parts of one.</summary>
internal static class Targeting
{
    public static void Assign(TemplateScope scope, IReadOnlyList<string> targets, object? value, TemplatePlace place)
    {
        if (targets.Count == 1)
        {
            scope[targets[0]] = value;
            return;
        }
        if (value is not TemplateList list || list.Items.Count != targets.Count)
        {
            throw place.Error($"{TemplateValues.Kind(value)} cannot be given to {targets.Count} names.");
        }
        for (int i = 0; i < targets.Count; i++)
        {
            scope[targets[i]] = list.Items[i];
        }
    }
}

/// <summary><c>set</c> of names.</summary>
internal sealed record SetStatement(TemplatePlace Place, IReadOnlyList<string> Targets, TemplateExpression Value) : TemplateStatement(Place)
{
    public override TemplateFlow Execute(TemplateRun run)
    {
        Targeting.Assign(run.Scope, Targets, Value.Evaluate(run), Place);
        return TemplateFlow.Next;
    }
}

/// <summary><c>set</c> of a namespace's field.</summary>
internal sealed record SetFieldStatement(TemplatePlace Place, string Target, string Field, TemplateExpression Value) : TemplateStatement(Place)
{
    public override TemplateFlow Execute(TemplateRun run)
    {
        if (run.Scope[Target] is not TemplateNamespace fields)
        {
            throw Place.Error($"'{Target}' is {TemplateValues.Kind(run.Scope[Target])}; only fields of a namespace can be set.");
        }
        fields.Fields[Field] = Value.Evaluate(run);
        return TemplateFlow.Next;
    }
}

/// <summary><c>set</c> with a body, whose text is the value.</summary>
internal sealed record SetBlockStatement(TemplatePlace Place, string Target, IReadOnlyList<TemplateStatement> Body) : TemplateStatement(Place)
{
    public override TemplateFlow Execute(TemplateRun run)
    {
        run.Scope[Target] = run.Capture(new TemplateScope(run.Scope), Body, Place);
        return TemplateFlow.Next;
    }
}

/// <summary><c>with</c>: names for a while; also any block that only groups.</summary>
internal sealed record WithStatement(TemplatePlace Place, IReadOnlyList<(string Name, TemplateExpression Value)> Names, IReadOnlyList<TemplateStatement> Body) : TemplateStatement(Place)
{
    public override TemplateFlow Execute(TemplateRun run)
    {
        TemplateScope outer = run.Scope;
        var inner = new TemplateScope(outer);
        foreach ((string name, TemplateExpression value) in Names)
        {
            inner[name] = value.Evaluate(run);
        }
        run.Scope = inner;
        try
        {
            return Run(Body, run);
        }
        finally
        {
            run.Scope = outer;
        }
    }
}

/// <summary><c>macro</c>.</summary>
internal sealed record MacroStatement(
    TemplatePlace Place,
    string Name,
    IReadOnlyList<(string Name, TemplateExpression? Default)> Parameters,
    IReadOnlyList<TemplateStatement> Body) : TemplateStatement(Place)
{
    public override TemplateFlow Execute(TemplateRun run)
    {
        run.Scope[Name] = new MacroValue(this, run.Scope);
        return TemplateFlow.Next;
    }
}

/// <summary>A macro and the names it sees.</summary>
internal sealed record MacroValue(MacroStatement Macro, TemplateScope Scope)
{
    public string Call(TemplateValues.Arguments arguments, TemplateRun run)
    {
        arguments.Allow([.. Macro.Parameters.Select(p => p.Name)]);
        var scope = new TemplateScope(Scope);
        for (int i = 0; i < Macro.Parameters.Count; i++)
        {
            (string name, TemplateExpression? fallback) = Macro.Parameters[i];
            scope[name] = arguments.TryGet(i, name, out object? value) ? value
                : fallback is not null ? fallback.Evaluate(run)
                : new UndefinedValue($"the argument '{name}'");
        }
        return run.Made(run.Capture(scope, Macro.Body, arguments.Place), arguments.Place);
    }
}

/// <summary><c>break</c> and <c>continue</c>.</summary>
internal sealed record FlowStatement(TemplatePlace Place, TemplateFlow Flow) : TemplateStatement(Place)
{
    public override TemplateFlow Execute(TemplateRun run) => Flow;
}
