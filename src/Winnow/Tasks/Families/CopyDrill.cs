using System.Globalization;
using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>Copying from the question: all of it, or what stands beside a name. Every other family needs it.</summary>
internal sealed class CopyDrill : StepwiseFamily<CopyDrill.State>
{
    private const string Asking = ". Find ";

    public override string Id => "copy";

    public override string Description => "Repeat a list, or find what stands beside a name.";

    public override string LevelUnit => "items less one";

    public override IReadOnlyList<int> Levels { get; } = [1, 2, 3, 4, 5, 6];

    protected override (string Question, string Answer) Draw(int level, SplitMix64 random)
    {
        int items = level + 1;
        if (random.Chance(0.5))
        {
            string list = string.Join(' ', Enumerable.Range(0, items).Select(_ => Item(random)));
            return ($"Repeat {list}", list);
        }
        string[] names = random.PickDistinct(ClosedVocabulary.Names, items);
        string[] values = [.. names.Select(_ => Item(random))];
        int asked = random.Below(items);
        return ($"{string.Join(", ", names.Zip(values, (name, value) => $"{name} {value}"))}{Asking}{names[asked]}", values[asked]);
    }

    protected override State? Parse(string question)
    {
        if (question.StartsWith("Repeat ", StringComparison.Ordinal))
        {
            return new State(question["Repeat ".Length..]);
        }
        int asking = question.IndexOf(Asking, StringComparison.Ordinal);
        string? entry = asking < 0 ? null : question[..asking].Split(", ")
            .FirstOrDefault(pair => pair.StartsWith(question[(asking + Asking.Length)..] + ' ', StringComparison.Ordinal));
        return entry is null ? null : new State(entry[(entry.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
    }

    protected override string? NextStep(State state) => null;

    protected override bool TryRead(State state, string line) => false;

    protected override string Answer(State state) => state.Result;

    private static string Item(SplitMix64 random) => random.NextDouble() switch
    {
        < 0.6 => random.Between(0, 99).ToString(CultureInfo.InvariantCulture),
        < 0.8 => random.Pick(ClosedVocabulary.SortWords),
        _ => random.Pick(ClosedVocabulary.Belongings),
    };

    internal sealed record State(string Result);
}
