using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>Nested not, and, or; each step works out the first innermost part and writes what is left.</summary>
internal sealed class BooleanExpressions : StepwiseFamily<BooleanExpressions.State>
{
    public override string Id => "boolean_expressions";

    public override string Description => "Nested not, and, or of True and False.";

    public override string LevelUnit => "operators";

    public override bool IsBinary => true;

    public override IReadOnlyList<int> Levels { get; } = [1, 2, 3, 4, 6, 8, 10];

    protected override (string Question, string Answer) Draw(int level, SplitMix64 random)
    {
        (string text, bool value, _) = DrawTree(level, random);
        return ($"Evaluate {text}.", value ? "True" : "False");
    }

    protected override State? Parse(string question) =>
        question.StartsWith("Evaluate ", StringComparison.Ordinal) && question.EndsWith('.') && IsExpression(question["Evaluate ".Length..^1])
            ? new State { Expression = question["Evaluate ".Length..^1] }
            : null;

    protected override string? NextStep(State state) =>
        Reduce(state.Expression) is var (step, rest)
            ? rest is "True" or "False" ? step : $"{step}; {rest}"
            : null;

    protected override bool TryRead(State state, string line)
    {
        int rest = line.IndexOf("; ", StringComparison.Ordinal);
        int equals = line.LastIndexOf("= ", StringComparison.Ordinal);
        state.Expression = rest >= 0 ? line[(rest + 2)..] : equals >= 0 ? line[(equals + 2)..] : "";
        return IsExpression(state.Expression);
    }

    protected override string Answer(State state) => state.Expression;

    private static (string Text, bool Value, bool IsCompound) DrawTree(int operators, SplitMix64 random)
    {
        if (operators == 0)
        {
            bool value = random.Chance(0.5);
            return (value ? "True" : "False", value, false);
        }
        if (random.Chance(0.3))
        {
            (string Text, bool Value, bool IsCompound) negated = DrawTree(operators - 1, random);
            return ($"not {Bracketed(negated)}", !negated.Value, true);
        }
        int before = random.Below(operators);
        (string Text, bool Value, bool IsCompound) left = DrawTree(before, random);
        (string Text, bool Value, bool IsCompound) right = DrawTree(operators - 1 - before, random);
        return random.Chance(0.5)
            ? ($"{Bracketed(left)} and {Bracketed(right)}", left.Value && right.Value, true)
            : ($"{Bracketed(left)} or {Bracketed(right)}", left.Value || right.Value, true);

        static string Bracketed((string Text, bool Value, bool IsCompound) part) => part.IsCompound ? $"({part.Text})" : part.Text;
    }

    /// <summary>The next operation and the expression it leaves; null for a value and for what is no expression.</summary>
    private static (string Step, string Left)? Reduce(string expression)
    {
        if (Brackets.Innermost(expression) is not var (before, part, after) || Evaluate(part) is not { } value)
        {
            return null;
        }
        string result = value ? "True" : "False";
        return ($" {part} = {result}", before + result + after);
    }

    private static bool? Evaluate(string part) => part switch
    {
        "not True" or "True and False" or "False and True" or "False and False" or "False or False" => false,
        "not False" or "True and True" or "True or False" or "False or True" or "True or True" => true,
        _ => null,
    };

    private static bool IsExpression(string text)
    {
        while (text is not ("True" or "False"))
        {
            if (Reduce(text) is not var (_, rest))
            {
                return false;
            }
            text = rest;
        }
        return true;
    }

    internal sealed class State
    {
        public required string Expression { get; set; }
    }
}
