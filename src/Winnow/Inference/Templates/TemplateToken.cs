namespace Winnow.Inference.Templates;

/// <summary>Kinds of tokens of a template.</summary>
internal enum TemplateTokenKind
{
    /// <summary>Text outside of tags.</summary>
    Text,

    /// <summary><c>{{</c></summary>
    OutputBegin,

    /// <summary><c>}}</c></summary>
    OutputEnd,

    /// <summary><c>{%</c></summary>
    BlockBegin,

    /// <summary><c>%}</c></summary>
    BlockEnd,

    /// <summary>A name or keyword.</summary>
    Name,

    /// <summary>A text in quotes.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An operator or bracket.</summary>
    Operator,

    /// <summary>The end of the template.</summary>
    End,
}

/// <summary>A token of a template.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Text">As it counts: strings without quotes and escapes.</param>
/// <param name="Place">Where it begins.</param>
internal readonly record struct TemplateToken(TemplateTokenKind Kind, string Text, TemplatePlace Place)
{
    public bool Is(TemplateTokenKind kind, string text) => Kind == kind && Text == text;

    public bool IsOperator(string text) => Is(TemplateTokenKind.Operator, text);

    public bool IsName(string text) => Is(TemplateTokenKind.Name, text);

    public string Shown => Kind switch
    {
        TemplateTokenKind.Text => "text",
        TemplateTokenKind.End => "the end of the template",
        TemplateTokenKind.OutputEnd => "'}}'",
        TemplateTokenKind.BlockEnd => "'%}'",
        _ => $"'{(Text.Length > 40 ? Text[..40] + "…" : Text)}'",
    };
}
