using System.Globalization;
using System.Text;
using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>Somebody owns things, gains and loses some; sentences about other people, other things and ages are in the way.</summary>
internal sealed class WordArithmetic : StepwiseFamily<WordArithmetic.State>
{
    private static readonly int[] OperandLimits = [20, 50, 99];

    public override string Id => "word_arith";

    public override string Description => "Word problems about gaining and losing things, with distracting sentences.";

    public override string LevelUnit => "gains and losses";

    public override IReadOnlyList<int> Levels { get; } = [1, 2, 3, 4, 6, 8, 10, 12];

    protected override (string Question, string Answer) Draw(int level, SplitMix64 random)
    {
        string person = random.Pick(ClosedVocabulary.Names);
        string thing = random.Pick(ClosedVocabulary.Belongings);
        // Long stories keep to small numbers and short sentences, so that the whole stays within the context.
        bool isLong = level >= 10;
        int limit = isLong ? OperandLimits[0] : random.Pick(OperandLimits);
        int total = random.Between(2, limit);
        List<string> sentences = [$"{person} has {total} {thing}."];
        for (int i = 0; i < level; i++)
        {
            bool isGain = total < 2 || (total < 990 - limit && random.Chance(isLong && total > 70 ? 0.2 : 0.5));
            int amount = isGain ? random.Between(2, limit) : random.Between(2, Math.Min(limit, total));
            total += isGain ? amount : -amount;
            string verb = random.Pick(isGain ? ClosedVocabulary.Gains : ClosedVocabulary.Losses);
            string things = isLong ? "" : isGain && random.Chance(0.4) ? $" more {thing}" : $" {thing}";
            sentences.Add($"{person} {verb} {amount}{things}.");
        }
        int distractors = isLong ? random.Below(2) : random.Below(3);
        for (int i = 0; i < distractors; i++)
        {
            sentences.Insert(random.Between(1, sentences.Count), Distractor(person, thing, limit, random));
        }
        StringBuilder question = new(sentences[0]);
        foreach (string sentence in sentences.Skip(1))
        {
            question.Append(!isLong && random.Chance(0.25) ? " Then " : " ").Append(sentence);
        }
        question.Append(CultureInfo.InvariantCulture, $" How many {thing} does {person} have now?");
        return (question.ToString(), total.ToString(CultureInfo.InvariantCulture));
    }

    protected override State? Parse(string question)
    {
        string[] sentences = question.Split(". ");
        string[] asked = sentences[^1].Split(' ');
        if (asked is not ["How", "many", var thing, "does", var person, "have", "now?"])
        {
            return null;
        }
        State state = new();
        foreach (string sentence in sentences[..^1])
        {
            string[] words = sentence.Split(' ');
            words = words[0] == "Then" ? words[1..] : words;
            if (words[0] != person || words.Length < 3 || !DigitWork.TryReadNumber(words[2], out long amount)
                || (words.Length > 3 && words[^1] != thing && words[^1] != "more"))
            {
                continue;
            }
            if (words[1] == "has" && words.Length == 4)
            {
                state.Total = amount;
            }
            else if (ClosedVocabulary.Gains.Contains(words[1]))
            {
                state.Changes.Add((words[1], '+', amount));
            }
            else if (ClosedVocabulary.Losses.Contains(words[1]))
            {
                state.Changes.Add((words[1], '-', amount));
            }
        }
        return state;
    }

    protected override string? NextStep(State state)
    {
        if (state.Done == state.Changes.Count)
        {
            return null;
        }
        (string verb, char operation, long amount) = state.Changes[state.Done];
        return $" {verb} {DigitWork.Write(state.Total, operation, amount)}";
    }

    protected override bool TryRead(State state, string line)
    {
        state.Done++;
        bool isRead = state.Done <= state.Changes.Count && DigitWork.TryReadResult(line, out state.Total);
        return isRead;
    }

    protected override string Answer(State state) => state.Total.ToString(CultureInfo.InvariantCulture);

    private static string Distractor(string person, string thing, int limit, SplitMix64 random)
    {
        int number = random.Between(2, limit);
        string other = random.Pick([.. ClosedVocabulary.Names.Where(name => name != person)]);
        return random.Below(3) switch
        {
            0 => $"{person} is {random.Between(5, 99)} years old.",
            1 => $"{other} has {number} {thing}.",
            _ => $"{person} has {number} {random.Pick([.. ClosedVocabulary.Belongings.Where(owned => owned != thing)])}.",
        };
    }

    internal sealed class State
    {
        public long Total;

        public List<(string Verb, char Operation, long Amount)> Changes { get; } = [];

        public int Done { get; set; }
    }
}
