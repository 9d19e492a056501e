using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>
/// A family whose next line is a function of what is written so far. One such function both writes the canonical
/// solution and checks the steps of any other, so the two cannot disagree; the answer is computed apart, from what
/// the question was made of.
/// </summary>
/// <typeparam name="TState">What the question and the lines so far say; changed line by line.</typeparam>
internal abstract class StepwiseFamily<TState> : ITaskFamily
    where TState : class
{
    public abstract string Id { get; }

    public abstract string Description { get; }

    public abstract string LevelUnit { get; }

    public virtual bool IsBinary => false;

    public abstract IReadOnlyList<int> Levels { get; }

    public GeneratedExample Generate(int level, SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!Levels.Contains(level))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level,
                $"Family {Id} has no level {level}; its levels ({LevelUnit}) are {string.Join(", ", Levels)}.");
        }
        while (true)
        {
            (string question, string answer) = Draw(level, random);
            GeneratedExample example = new(Id, level, question, Solve(question), answer);
            if (PromptFormat.PieceCount(example) <= PromptFormat.MaxPieces)
            {
                return example;
            }
        }
    }

    public bool CanRead(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return Parse(question) is not null;
    }

    public IReadOnlyList<bool> CheckSteps(string question, string partialSolution)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(partialSolution);
        TState? state = Parse(question)
            ?? throw new ArgumentException($"\"{question}\" is not a question of family {Id}.", nameof(question));
        List<bool> verdicts = [];
        ReadOnlySpan<char> rest = partialSolution;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf('\n');
            if (end < 0 && !rest.StartsWith(PromptFormat.AnswerMark, StringComparison.Ordinal))
            {
                break;
            }
            ReadOnlySpan<char> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            bool isAnswer = line.StartsWith(PromptFormat.AnswerMark, StringComparison.Ordinal);
            string? expected = state is null ? null : NextStep(state) ?? PromptFormat.AnswerMark + Answer(state);
            verdicts.Add(expected is not null && line.SequenceEqual(expected));
            if (state is not null && (isAnswer || !TryRead(state, line.ToString())))
            {
                state = null;
            }
        }
        return verdicts;
    }

    /// <summary>Draws a question, and its answer from what the question is made of.</summary>
    protected abstract (string Question, string Answer) Draw(int level, SplitMix64 random);

    /// <summary>What a question says, or null where it is not a question of this family.</summary>
    protected abstract TState? Parse(string question);

    /// <summary>The line that follows, or null where the answer does.</summary>
    protected abstract string? NextStep(TState state);

    /// <summary>Takes over what a line claims, right or wrong; false where it cannot be read.</summary>
    protected abstract bool TryRead(TState state, string line);

    /// <summary>The answer that follows once there is no next step.</summary>
    protected abstract string Answer(TState state);

    private List<string> Solve(string question)
    {
        TState state = Parse(question) ?? throw new InvalidOperationException($"Family {Id} cannot read its own question \"{question}\".");
        List<string> steps = [];
        while (NextStep(state) is { } line)
        {
            steps.Add(line);
            if (!TryRead(state, line))
            {
                throw new InvalidOperationException($"Family {Id} cannot read its own step \"{line}\".");
            }
        }
        return steps;
    }
}
