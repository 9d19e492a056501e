using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>Words into alphabetical order, one a line: each step is the first of the words not yet written.</summary>
internal sealed class WordSorting : StepwiseFamily<WordSorting.State>
{
    public override string Id => "word_sorting";

    public override string Description => "Words into alphabetical order.";

    public override string LevelUnit => "words";

    public override IReadOnlyList<int> Levels { get; } = [2, 3, 4, 5, 7, 9];

    protected override (string Question, string Answer) Draw(int level, SplitMix64 random)
    {
        string[] words = random.PickDistinct(ClosedVocabulary.SortWords, level);
        return ($"Sort {string.Join(' ', words)}", string.Join(' ', words.Order(StringComparer.Ordinal)));
    }

    protected override State? Parse(string question) =>
        question.StartsWith("Sort ", StringComparison.Ordinal) ? new State(question["Sort ".Length..].Split(' ')) : null;

    protected override string? NextStep(State state) => state.Left.Count == 0 ? null : " " + state.Left.Min(StringComparer.Ordinal);

    protected override bool TryRead(State state, string line)
    {
        string word = line.TrimStart(' ');
        state.Written.Add(word);
        return state.Left.Remove(word);
    }

    protected override string Answer(State state) => string.Join(' ', state.Written);

    internal sealed class State(string[] words)
    {
        public List<string> Left { get; } = [.. words];

        public List<string> Written { get; } = [];
    }
}
