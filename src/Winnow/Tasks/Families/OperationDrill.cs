using System.Globalization;
using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>One operation at a time: the digit work of sums, differences and products, the larger of numbers, the earliest of words.</summary>
internal sealed class OperationDrill : StepwiseFamily<OperationDrill.State>
{
    public override string Id => "drill";

    public override string Description => "One sum, difference, product or comparison.";

    public override string LevelUnit => "digits";

    public override IReadOnlyList<int> Levels { get; } = [1, 2, 3];

    protected override (string Question, string Answer) Draw(int level, SplitMix64 random)
    {
        switch (random.NextDouble())
        {
            case < 0.12:
            {
                string word = random.Chance(0.5) ? "Larger" : "Smaller";
                (int a, int b) = (Number(level, random), Number(level, random));
                int answer = word == "Larger" ? Math.Max(a, b) : Math.Min(a, b);
                return ($"{word} of {a} and {b}", answer.ToString(CultureInfo.InvariantCulture));
            }
            case < 0.27:
            {
                string[] words = random.PickDistinct(ClosedVocabulary.SortWords, level + 1);
                return ($"Earliest of {string.Join(' ', words)}", words.Min(StringComparer.Ordinal)!);
            }
            case < 0.50:
                return Operation(Number(level, random), '+', Number(level, random));
            case < 0.75:
                return Operation(Number(level, random), '-', Number(level, random));
            case var share:
                // A third of the sums and differences that long expressions come to are of signed numbers.
                return share < 0.81
                    ? Operation(-Number(level, random), random.Chance(0.5) ? '+' : '-', Number(level, random))
                    : Product(level, random);
        }
    }

    protected override State? Parse(string question)
    {
        switch (question.Split(' '))
        {
            case ["Larger" or "Smaller", "of", var first, "and", var second]
                when DigitWork.TryReadNumber(first, out long a) && DigitWork.TryReadNumber(second, out long b):
                long chosen = question.StartsWith('L') ? Math.Max(a, b) : Math.Min(a, b);
                return new State { Result = chosen.ToString(CultureInfo.InvariantCulture) };
            case ["Earliest", "of", _, .. var others]:
                return new State { Result = new[] { question.Split(' ')[2] }.Concat(others).Min(StringComparer.Ordinal)! };
            case [{ Length: > 2 } pair]:
                int operation = pair.AsSpan(1).IndexOfAny('+', '-', '*') + 1;
                return operation > 0 && DigitWork.TryReadNumber(pair.AsSpan(0, operation), out long left)
                    && DigitWork.TryReadNumber(pair.AsSpan(operation + 1), out long right)
                    ? new State { Step = DigitWork.Write(left, pair[operation], right) }
                    : null;
            default:
                return null;
        }
    }

    protected override string? NextStep(State state) => state.Step;

    protected override bool TryRead(State state, string line)
    {
        bool isRead = DigitWork.TryReadResult(line, out long result) && state.Step is not null;
        state.Result = result.ToString(CultureInfo.InvariantCulture);
        state.Step = null;
        return isRead;
    }

    protected override string Answer(State state) => state.Result;

    private static (string Question, string Answer) Operation(int left, char operation, int right) =>
        ($"{left}{operation}{right}", DigitWork.Apply(left, operation, right).ToString(CultureInfo.InvariantCulture));

    private static (string Question, string Answer) Product(int digits, SplitMix64 random)
    {
        while (true)
        {
            int left = Number(digits, random);
            int right = digits == 2 && random.Chance(0.6) ? Number(2, random) : random.Between(2, 9);
            if (left * right <= 999)
            {
                return random.Chance(0.5) ? Operation(left, '*', right) : Operation(right, '*', left);
            }
        }
    }

    private static int Number(int digits, SplitMix64 random) => digits switch
    {
        1 => random.Between(0, 9),
        2 => random.Between(10, 99),
        _ => random.Between(100, 499),
    };

    internal sealed class State
    {
        public string? Step { get; set; }

        public string Result { get; set; } = "";
    }
}
