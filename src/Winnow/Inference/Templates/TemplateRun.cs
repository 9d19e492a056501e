using System.Text;

namespace Winnow.Inference.Templates;

/// <summary>Names and their values, within those of the scope around it.</summary>
internal sealed class TemplateScope(TemplateScope? outer)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    public object? this[string name]
    {
        get
        {
            for (TemplateScope? scope = this; scope is not null; scope = scope.Outer)
            {
                if (scope._values.TryGetValue(name, out object? value))
                {
                    return value;
                }
            }
            return new UndefinedValue($"'{name}'");
        }
        set => _values[name] = value;
    }

    public TemplateScope? Outer { get; } = outer;
}

/// <summary>One rendering: what was written, what names mean, and how much of the limits is used.</summary>
internal sealed class TemplateRun(TemplateOptions options)
{
    private const int CharactersOfAStep = 16;

    /// <summary>Of expressions, blocks and macros within each other; the stack holds several times as many.</summary>
    private const int MaxDepth = 600;

    private long _steps;
    private int _depth;

    public TemplateOptions Options => options;

    /// <summary>Where text goes.</summary>
    public StringBuilder Output { get; private set; } = new();

    /// <summary>What names mean now.</summary>
    public required TemplateScope Scope { get; set; }

    /// <summary>Counts a step.</summary>
    public void Step(TemplatePlace place, long count = 1)
    {
        _steps += count;
        if (_steps > options.MaxSteps)
        {
            throw place.Error($"the template takes more than {options.MaxSteps} steps.");
        }
    }

    /// <summary>Counts a step and goes one level deeper.</summary>
    public void Enter(TemplatePlace place)
    {
        Step(place);
        if (++_depth > MaxDepth)
        {
            throw place.Error($"expressions, blocks and macros are nested more than {MaxDepth} deep.");
        }
    }

    public void Leave() => _depth--;

    /// <summary>Counts a text that is made.</summary>
    public string Made(string text, TemplatePlace place)
    {
        CheckLength(text.Length, place);
        return text;
    }

    /// <summary>Counts a text that will be made, and refuses one that would be too long.</summary>
    public void CheckLength(long length, TemplatePlace place)
    {
        Limit(length, place);
        Step(place, length / CharactersOfAStep);
    }

    /// <summary>Refuses a text that is too long.</summary>
    public void Limit(long length, TemplatePlace place)
    {
        if (length > options.MaxOutputLength)
        {
            throw place.Error($"the template makes a text of more than {options.MaxOutputLength} characters.");
        }
    }

    /// <summary>Writes text.</summary>
    public void Write(string text, TemplatePlace place)
    {
        Limit(Output.Length + (long)text.Length, place);
        Step(place, text.Length / CharactersOfAStep);
        Output.Append(text);
    }

    /// <summary>Runs statements whose text is kept apart.</summary>
    public string Capture(TemplateScope scope, IReadOnlyList<TemplateStatement> body, TemplatePlace place)
    {
        (StringBuilder outer, TemplateScope outerScope) = (Output, Scope);
        Output = new StringBuilder();
        Scope = scope;
        try
        {
            _ = TemplateStatement.Run(body, this);
            return Output.ToString();
        }
        finally
        {
            Output = outer;
            Scope = outerScope;
        }
    }
}
