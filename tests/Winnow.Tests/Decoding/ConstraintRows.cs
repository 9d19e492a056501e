using Winnow.Decoding.Constraints;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Decoding;

/// <summary>Golden rows of constrained decoding: which texts a grammar or a schema accepts.</summary>
public sealed class ConstraintRows : IConformanceRows
{
    public string Family => "decoding";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["gbnf"] = row => Outcome(row, () => Grammar.FromGbnf(row.Params.Text("grammar")!, row.Params.Text("root")!)),
        ["json_schema"] = row => Outcome(row, () => Grammar.FromJsonSchema(row.Params.GetProperty("schema").GetRawText())),
    };

    private static object Outcome(ConformanceRow row, Func<Grammar> make)
    {
        Grammar grammar;
        try
        {
            grammar = make();
        }
        catch (FormatException refusal)
        {
            return new { build_error = refusal.Message.Length > 0 };
        }
        return new { build_error = false, accept = row.Input.Has("strings") ? row.Input.Strings("strings").Select(grammar.Matches).ToArray() : [] };
    }
}
