using System.Globalization;
using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>How many things of a kind there are among things of several kinds; each step decides on one and adds it.</summary>
internal sealed class ObjectCounting : StepwiseFamily<ObjectCounting.State>
{
    private const string Opening = "I have ";
    private const string Middle = ". How many ";
    private const string Closing = " do I have?";

    public override string Id => "object_counting";

    public override string Description => "How many things of a kind there are in a list.";

    public override string LevelUnit => "items";

    public override IReadOnlyList<int> Levels { get; } = [2, 3, 4, 5, 7, 9];

    protected override (string Question, string Answer) Draw(int level, SplitMix64 random)
    {
        string asked = random.Pick([.. ClosedVocabulary.Categories.Keys]);
        IReadOnlyList<string> members = ClosedVocabulary.Categories[asked];
        string[] others = [.. ClosedVocabulary.Categories.Where(category => category.Key != asked).SelectMany(category => category.Value)];
        int wanted = Math.Min(members.Count, Enumerable.Range(0, level - 1).Count(_ => random.Chance(0.55)) + 1);
        string[] things = [.. random.PickDistinct(members, wanted), .. random.PickDistinct(others, level - wanted)];
        random.Shuffle(things.AsSpan());
        int limit = random.Pick<int>([9, 20, 50]);
        int[] counts = [.. things.Select(_ => random.Between(2, limit))];
        string[] items = [.. things.Select((thing, i) => $"{counts[i]} {thing}")];
        int total = things.Select((thing, i) => members.Contains(thing) ? counts[i] : 0).Sum();
        return ($"{Opening}{string.Join(", ", items[..^1])} and {items[^1]}{Middle}{asked}{Closing}", total.ToString(CultureInfo.InvariantCulture));
    }

    protected override State? Parse(string question)
    {
        int middle = question.IndexOf(Middle, StringComparison.Ordinal);
        if (middle < 0 || !question.StartsWith(Opening, StringComparison.Ordinal) || !question.EndsWith(Closing, StringComparison.Ordinal)
            || !ClosedVocabulary.Categories.TryGetValue(question[(middle + Middle.Length)..^Closing.Length], out IReadOnlyList<string>? members))
        {
            return null;
        }
        State state = new();
        foreach (string item in question[Opening.Length..middle].Replace(" and ", ", ", StringComparison.Ordinal).Split(", "))
        {
            if (item.Split(' ') is not [var number, var thing] || !DigitWork.TryReadNumber(number, out long count))
            {
                return null;
            }
            state.Items.Add((count, thing, members.Contains(thing)));
        }
        return state;
    }

    protected override string? NextStep(State state)
    {
        if (state.Done == state.Items.Count)
        {
            return null;
        }
        (long count, string thing, bool isWanted) = state.Items[state.Done];
        return isWanted ? $"{count} {thing} yes {DigitWork.Write(state.Total, '+', count)}" : $"{count} {thing} no {state.Total}";
    }

    protected override bool TryRead(State state, string line)
    {
        state.Done++;
        return state.Done <= state.Items.Count
            && (DigitWork.TryReadResult(line, out state.Total) || DigitWork.TryReadNumber(line.AsSpan(line.LastIndexOf(' ') + 1), out state.Total));
    }

    protected override string Answer(State state) => state.Total.ToString(CultureInfo.InvariantCulture);

    internal sealed class State
    {
        public long Total;

        public List<(long Count, string Thing, bool IsWanted)> Items { get; } = [];

        public int Done { get; set; }
    }
}
