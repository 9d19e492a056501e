namespace Winnow.Inference.Templates;

/// <summary>Reads the tokens of a template one after the other.</summary>
internal sealed class TemplateCursor(List<TemplateToken> tokens)
{
    private const int MaxDepth = 64;

    private int _at;
    private int _depth;

    public TemplateToken Current => tokens[_at];

    public TemplateToken Next => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public TemplateToken Take()
    {
        TemplateToken token = tokens[_at];
        _at = Math.Min(_at + 1, tokens.Count - 1);
        return token;
    }

    public bool TryTake(TemplateTokenKind kind, string text)
    {
        if (!Current.Is(kind, text))
        {
            return false;
        }
        Take();
        return true;
    }

    public bool TryTakeOperator(string text) => TryTake(TemplateTokenKind.Operator, text);

    public bool TryTakeName(string text) => TryTake(TemplateTokenKind.Name, text);

    public TemplateToken Expect(TemplateTokenKind kind, string what) =>
        Current.Kind == kind ? Take() : throw Current.Place.Error($"{what} is expected here, not {Current.Shown}.");

    public void ExpectOperator(string text)
    {
        if (!TryTakeOperator(text))
        {
            throw Current.Place.Error($"'{text}' is expected here, not {Current.Shown}.");
        }
    }

    public void ExpectName(string text)
    {
        if (!TryTakeName(text))
        {
            throw Current.Place.Error($"'{text}' is expected here, not {Current.Shown}.");
        }
    }

    /// <summary>Goes one level deeper, so that a hostile template cannot exhaust the stack.</summary>
    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw Current.Place.Error($"expressions and blocks are nested more than {MaxDepth} deep.");
        }
    }

    public void Leave() => _depth--;
}
