namespace Winnow.Inference.Tokenizers.Json;

/// <summary>Reads a <c>pattern</c>: a text, or one of the few regular expressions that need no engine.</summary>
internal static class PatternJson
{
    public static TextPattern Read(JsonField field)
    {
        JsonField text = field["String"];
        if (text.IsPresent)
        {
            return text.Text() is { Length: > 0 } literal ? TextPattern.Literal(literal) : throw text.Error("a text that is not empty");
        }
        JsonField expression = field["Regex"];
        return TextPattern.Parse(expression.Text())
            ?? throw expression.Error("a text, or one character, class or set with a count such as ' {2,}': other patterns are not run as regular expressions, because .NET's see UTF-16 units");
    }
}
