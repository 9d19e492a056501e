using Winnow.Decoding.Constraints;
using Winnow.Models;

namespace Winnow.Cli.Sources;

/// <summary>The language that a user wants generated text to belong to.</summary>
/// <param name="Regex">A regular expression.</param>
/// <param name="SchemaFile">A file with a JSON schema.</param>
/// <param name="GrammarFile">A file with a grammar in llama.cpp's notation.</param>
internal sealed record ConstraintSource(string? Regex, string? SchemaFile, string? GrammarFile)
{
    private const int MostCharacters = 4 << 20;

    /// <summary>How many languages are named; a text can be held to one.</summary>
    public int Count => (Regex is null ? 0 : 1) + (SchemaFile is null ? 0 : 1) + (GrammarFile is null ? 0 : 1);

    /// <summary>The language; null where none is named.</summary>
    /// <exception cref="RequestException">Its file cannot be read, or its text is no such language.</exception>
    public Grammar? Load(Shell shell)
    {
        if (Regex is { } pattern)
        {
            return Compile("--regex", pattern, Grammar.FromRegex);
        }
        if (SchemaFile is { } schema)
        {
            return Compile(schema, TextFile.Read(schema, shell, MostCharacters), Grammar.FromJsonSchema);
        }
        return GrammarFile is { } grammar ? Compile(grammar, TextFile.Read(grammar, shell, MostCharacters), text => Grammar.FromGbnf(text)) : null;
    }

    /// <summary>The stage that holds text to a language.</summary>
    /// <exception cref="RequestException">The model's vocabulary cannot end a text.</exception>
    public static ConstrainedTo Stage(Grammar grammar, ILanguageModel model) =>
        RequestException.Reading(() => new ConstrainedTo(new TokenConstraint(grammar, model.Vocabulary)));

    private static Grammar Compile(string place, string text, Func<string, Grammar> compile)
    {
        try
        {
            return compile(text);
        }
        catch (FormatException error)
        {
            throw new RequestException($"{place}: {error.Message}", error);
        }
    }
}
