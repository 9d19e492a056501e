using System.Globalization;
using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>Nested sums, differences and products; each step works out the first innermost pair and writes what is left.</summary>
internal sealed class MultistepArithmetic : StepwiseFamily<MultistepArithmetic.State>
{
    private const int MaxValue = 999;

    public override string Id => "multistep_arithmetic";

    public override string Description => "Nested sums, differences and products of whole numbers.";

    public override string LevelUnit => "operators";

    public override IReadOnlyList<int> Levels { get; } = [1, 2, 3, 4, 5, 6, 8, 10];

    protected override (string Question, string Answer) Draw(int level, SplitMix64 random)
    {
        while (true)
        {
            if (DrawTree(level, isLong: level >= 8, random) is { } tree)
            {
                return ($"Compute {tree.Text}.", tree.Value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    protected override State? Parse(string question) =>
        question.StartsWith("Compute ", StringComparison.Ordinal) && question.EndsWith('.') && IsExpression(question["Compute ".Length..^1])
            ? new State { Expression = question["Compute ".Length..^1] }
            : null;

    protected override string? NextStep(State state) =>
        Reduce(state.Expression) is var (step, rest)
            ? DigitWork.TryReadNumber(rest, out _) ? step : $"{step}; {rest}"
            : null;

    protected override bool TryRead(State state, string line)
    {
        int rest = line.IndexOf("; ", StringComparison.Ordinal);
        string expression = line[(rest >= 0 ? rest + 2 : line.LastIndexOf('=') + 1)..];
        state.Expression = expression;
        return IsExpression(expression);
    }

    protected override string Answer(State state) => state.Expression;

    private static (string Text, int Value, bool IsPair)? DrawTree(int operators, bool isLong, SplitMix64 random)
    {
        if (operators == 0)
        {
            // Long expressions keep to small numbers and few products, so that the whole stays within the context.
            int number = random.NextDouble() switch
            {
                < 0.45 => random.Between(1, 9),
                < 0.75 => random.Between(isLong ? 1 : 10, isLong ? 9 : 20),
                _ => random.Between(isLong ? 5 : 10, isLong ? 15 : 99),
            };
            return (number.ToString(CultureInfo.InvariantCulture), number, false);
        }
        int before = random.Below(operators);
        if (DrawTree(before, isLong, random) is not { } left || DrawTree(operators - 1 - before, isLong, random) is not { } right)
        {
            return null;
        }
        char operation = random.NextDouble() switch { < 0.38 => '+', var share when share < (isLong ? 0.93 : 0.75) => '-', _ => '*' };
        long value = DigitWork.Apply(left.Value, operation, right.Value);
        bool isTooLong = operation == '*' && Math.Abs(left.Value) > 99 && Math.Abs(right.Value) > 99;
        return Math.Abs(value) > MaxValue || isTooLong ? null : ($"{Bracketed(left)}{operation}{Bracketed(right)}", (int)value, true);

        static string Bracketed((string Text, int Value, bool IsPair) part) => part.IsPair ? $"({part.Text})" : part.Text;
    }

    /// <summary>The next operation and the expression it leaves; null for a number and for what is no expression.</summary>
    private static (string Step, string Left)? Reduce(string expression)
    {
        if (Brackets.Innermost(expression) is not var (before, part, after) || ReadPair(part) is not var (left, operation, right))
        {
            return null;
        }
        string result = DigitWork.Apply(left, operation, right).ToString(CultureInfo.InvariantCulture);
        return (DigitWork.Write(left, operation, right), before + result + after);
    }

    private static (long Left, char Operation, long Right)? ReadPair(ReadOnlySpan<char> pair)
    {
        // The first character may be a sign, so the operator is looked for after it.
        int operation = pair.Length < 3 ? -1 : pair[1..].IndexOfAny('+', '-', '*') + 1;
        return operation > 0 && DigitWork.TryReadNumber(pair[..operation], out long left) && DigitWork.TryReadNumber(pair[(operation + 1)..], out long right)
            ? (left, pair[operation], right)
            : null;
    }

    private static bool IsExpression(string text)
    {
        while (!DigitWork.TryReadNumber(text, out _))
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
