using System.Text;

namespace Winnow.Decoding.Constraints;

/// <summary>A language that generated text must belong to: of a regular expression, a BNF grammar or a JSON schema.</summary>
/// <remarks>Immutable and thread-safe: each use runs its own machine.</remarks>
public sealed class Grammar
{
    private readonly Automaton _automaton;

    private Grammar(IReadOnlyDictionary<string, Expression> rules, string root, string source)
    {
        _automaton = AutomatonBuilder.Build(rules, root);
        Source = source;
    }

    /// <summary>What it was made from: <c>regex</c>, <c>grammar</c> or <c>json-schema</c>.</summary>
    public string Source { get; }

    /// <summary>The language of a regular expression, which must match the whole text.</summary>
    /// <param name="pattern">Characters, classes, groups, alternatives, repetitions, \d \w \s and their complements, anchors at the ends.</param>
    /// <exception cref="FormatException">The pattern is broken, or uses what no finite automaton can do; the message names it and its place.</exception>
    public static Grammar FromRegex(string pattern) =>
        new(new Dictionary<string, Expression>(StringComparer.Ordinal) { ["root"] = RegexParser.Parse(pattern, isSearch: false) }, "root", "regex");

    /// <summary>The language of a grammar in llama.cpp's notation (GBNF).</summary>
    /// <param name="text">Rules <c>name ::= …</c> of literals, character classes, names, groups, alternatives and repetitions.</param>
    /// <param name="root">The rule that a text must match.</param>
    /// <exception cref="FormatException">The text is broken, a rule is not defined or is left-recursive; the message names line and rule.</exception>
    public static Grammar FromGbnf(string text, string root = "root") => new(GbnfParser.Parse(text), root, "grammar");

    /// <summary>The JSON texts that a schema allows.</summary>
    /// <param name="schema">A JSON schema of the subset that <see cref="JsonSchemaCompiler"/> lists.</param>
    /// <exception cref="FormatException">The schema uses a keyword that cannot be held; the message names it and its place.</exception>
    public static Grammar FromJsonSchema(string schema) => new(JsonSchemaCompiler.Compile(schema), "root", "json-schema");

    /// <summary>Whether a whole text is in the language.</summary>
    public bool Matches(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        GrammarMachine machine = Open();
        GrammarState state = machine.Start;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            state = machine.Next(state, value);
        }
        return state.IsAccepting;
    }

    internal GrammarMachine Open() => new(_automaton);

    internal GrammarMachine Open(int mostStates) => new(_automaton, mostStates);
}
