using System.Globalization;
using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>A list of numbers through a chain of functions; each step names a function and writes what it gives.</summary>
internal sealed class ListFunctions : StepwiseFamily<ListFunctions.State>
{
    private const int MaxValue = 199;
    private const string Middle = " then ";

    public override string Id => "list_functions";

    public override string Description => "A list of numbers through a chain of functions.";

    public override string LevelUnit => "functions";

    public override IReadOnlyList<int> Levels { get; } = [1, 2, 3, 4, 5, 6];

    protected override (string Question, string Answer) Draw(int level, SplitMix64 random)
    {
        while (true)
        {
            long[] start = [.. Enumerable.Range(0, random.Between(4, 6)).Select(_ => (long)random.Between(0, 15))];
            string[] functions = new string[level];
            long[]? list = start;
            for (int i = 0; i < level && list is not null; i++)
            {
                functions[i] = i == level - 1 && random.Chance(0.4)
                    ? random.Pick(ClosedVocabulary.ListReductions)
                    : random.Pick(ClosedVocabulary.ListFunctions) switch
                    {
                        "take" or "drop" when list.Length < 3 => "reverse",
                        "take" => $"take {random.Between(2, list.Length - 1)}",
                        "drop" => $"drop {random.Between(1, list.Length - 2)}",
                        string name => name,
                    };
                list = Apply(functions[i], list);
            }
            if (list is { Length: > 0 } && list.Max() <= MaxValue)
            {
                return ($"Start {string.Join(',', start)}{Middle}{string.Join(", ", functions)}.", string.Join(',', list));
            }
        }
    }

    protected override State? Parse(string question)
    {
        int middle = question.IndexOf(Middle, StringComparison.Ordinal);
        if (middle < 0 || !question.StartsWith("Start ", StringComparison.Ordinal) || !question.EndsWith('.')
            || ReadList(question["Start ".Length..middle]) is not { } list)
        {
            return null;
        }
        return new State { List = list, Functions = question[(middle + Middle.Length)..^1].Split(", ") };
    }

    protected override string? NextStep(State state)
    {
        if (state.Done == state.Functions.Length)
        {
            return null;
        }
        string function = state.Functions[state.Done];
        return $" {function}: {string.Join(',', Apply(function, state.List) ?? [])}";
    }

    protected override bool TryRead(State state, string line)
    {
        state.Done++;
        int mark = line.LastIndexOf(": ", StringComparison.Ordinal);
        if (state.Done > state.Functions.Length || mark < 0 || ReadList(line[(mark + 2)..]) is not { } list)
        {
            return false;
        }
        state.List = list;
        return true;
    }

    protected override string Answer(State state) => string.Join(',', state.List);

    /// <summary>What a function gives, or null where it gives nothing or is not one.</summary>
    private static long[]? Apply(string function, long[] list)
    {
        string[] parts = function.Split(' ');
        int count = parts.Length > 1 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int number) ? number : 0;
        long[] result = parts[0] switch
        {
            "double" => [.. list.Select(x => 2 * x)],
            "increase" => [.. list.Select(x => x + 1)],
            "sums" => [.. list.Select((_, i) => list[..(i + 1)].Sum())],
            "sort" => [.. list.Order()],
            "reverse" => [.. list.Reverse()],
            "evens" => [.. list.Where(x => x % 2 == 0)],
            "odds" => [.. list.Where(x => x % 2 != 0)],
            "take" => [.. list.Take(count)],
            "drop" => [.. list.Skip(count)],
            "count" => [list.Length],
            "first" => [list[0]],
            "last" => [list[^1]],
            "max" => [list.Max()],
            "min" => [list.Min()],
            "sum" => [list.Sum()],
            _ => [],
        };
        return result.Length > 0 ? result : null;
    }

    private static long[]? ReadList(string text)
    {
        string[] parts = text.Split(',');
        long[] list = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!DigitWork.TryReadNumber(parts[i], out list[i]))
            {
                return null;
            }
        }
        return list;
    }

    internal sealed class State
    {
        public required long[] List { get; set; }

        public required string[] Functions { get; init; }

        public int Done { get; set; }
    }
}
