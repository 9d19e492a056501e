using System.Globalization;
using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>Whether a walk ends where it began; each step writes place (east, north) and facing.</summary>
internal sealed class Navigate : StepwiseFamily<Navigate.State>
{
    private const string Closing = "Are you back at the start?";

    private static readonly (int East, int North)[] Ahead = [(0, 1), (1, 0), (0, -1), (-1, 0)];

    public override string Id => "navigate";

    public override string Description => "Whether a walk ends where it began.";

    public override string LevelUnit => "moves";

    public override bool IsBinary => true;

    public override IReadOnlyList<int> Levels { get; } = [2, 3, 4, 5, 6, 7, 8, 9];

    protected override (string Question, string Answer) Draw(int level, SplitMix64 random)
    {
        bool isBack = random.Chance(0.5);
        while (true)
        {
            Move[] moves = [.. Enumerable.Range(0, level).Select(_ => DrawMove(random))];
            Position end = moves.Aggregate(default(Position), (at, move) => at.After(move));
            if (moves.Any(move => move.Steps > 0) && (end.East == 0 && end.North == 0) == isBack)
            {
                return (string.Concat(moves.Select(Sentence)) + Closing, isBack ? "Yes" : "No");
            }
        }
    }

    protected override State? Parse(string question)
    {
        if (!question.EndsWith(Closing, StringComparison.Ordinal))
        {
            return null;
        }
        State state = new();
        foreach (string sentence in question[..^Closing.Length].Split(". ", StringSplitOptions.RemoveEmptyEntries))
        {
            Move? move = sentence.Split(' ') switch
            {
                ["Take", var steps, "steps", var direction] when int.TryParse(steps, CultureInfo.InvariantCulture, out int count) => new(direction, count),
                ["Turn", var direction] => new(direction, 0),
                _ => null,
            };
            if (move is null || !ClosedVocabulary.Directions.Contains(move.Value.Direction))
            {
                return null;
            }
            state.Moves.Add(move.Value);
        }
        return state;
    }

    protected override string? NextStep(State state)
    {
        if (state.Done == state.Moves.Count)
        {
            return null;
        }
        Move move = state.Moves[state.Done];
        Position at = state.At.After(move);
        string echo = move.Steps > 0 ? $" {move.Direction} {move.Steps}" : $" turn {move.Direction}";
        return $"{echo}: {at.East} {at.North} {ClosedVocabulary.Compass[at.Facing]}";
    }

    protected override bool TryRead(State state, string line)
    {
        state.Done++;
        string[] parts = line.Split(' ');
        if (state.Done > state.Moves.Count || parts.Length < 4 || !DigitWork.TryReadNumber(parts[^3], out long east)
            || !DigitWork.TryReadNumber(parts[^2], out long north))
        {
            return false;
        }
        int facing = 0;
        while (facing < ClosedVocabulary.Compass.Count && ClosedVocabulary.Compass[facing] != parts[^1])
        {
            facing++;
        }
        state.At = new Position((int)east, (int)north, facing);
        return facing < ClosedVocabulary.Compass.Count;
    }

    protected override string Answer(State state) => state.At is { East: 0, North: 0 } ? "Yes" : "No";

    private static Move DrawMove(SplitMix64 random) => random.NextDouble() switch
    {
        < 0.35 => new(random.Pick<string>(["left", "right", "around"]), 0),
        < 0.75 => new("forward", random.Between(2, 9)),
        _ => new(random.Pick<string>(["backward", "left", "right"]), random.Between(2, 9)),
    };

    private static string Sentence(Move move) => move.Steps > 0 ? $"Take {move.Steps} steps {move.Direction}. " : $"Turn {move.Direction}. ";

    /// <summary>Steps in a direction as one faces, or a turn where there are none.</summary>
    internal readonly record struct Move(string Direction, int Steps)
    {
        /// <summary>Quarter turns clockwise.</summary>
        public int Quarters => Direction switch { "right" => 1, "around" or "backward" => 2, "left" => 3, _ => 0 };
    }

    internal readonly record struct Position(int East, int North, int Facing)
    {
        public Position After(Move move)
        {
            int heading = (Facing + move.Quarters) % 4;
            return move.Steps == 0
                ? this with { Facing = heading }
                : this with { East = East + move.Steps * Ahead[heading].East, North = North + move.Steps * Ahead[heading].North };
        }
    }

    internal sealed class State
    {
        public Position At { get; set; }

        public List<Move> Moves { get; } = [];

        public int Done { get; set; }
    }
}
