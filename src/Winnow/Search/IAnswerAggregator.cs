namespace Winnow.Search;

/// <summary>Chooses an answer among candidates.</summary>
public interface IAnswerAggregator
{
    /// <summary>Chooses. Candidates without a key take no part.</summary>
    /// <param name="candidates">In draw order; their <see cref="Candidate.Weight"/> is not read.</param>
    AnswerChoice Choose(IReadOnlyList<Candidate> candidates);
}

/// <summary>What an aggregator chose, and what every candidate counted.</summary>
public sealed record AnswerChoice
{
    /// <summary>Index of the candidate whose text is shown; −1 where none could be chosen.</summary>
    public required int Selected { get; init; }

    /// <summary>The answer chosen; null where none could be.</summary>
    public required string? Answer { get; init; }

    /// <summary>Share of the votes for the answer, 0 … 1; null where there were none.</summary>
    public double? Confidence { get; init; }

    /// <summary>What each candidate counted. Shape [candidates].</summary>
    public required IReadOnlyList<double> Weights { get; init; }

    /// <summary>What each answer got, in the order of first appearance.</summary>
    public IReadOnlyList<Vote> Votes { get; init; } = [];

    /// <summary>Nothing to choose from.</summary>
    internal static AnswerChoice Nothing(int candidates) => new() { Selected = -1, Answer = null, Weights = new double[candidates] };
}

/// <summary>What one answer got.</summary>
/// <param name="Answer">Canonical answer.</param>
/// <param name="Weight">Sum of the weights of the candidates that have it.</param>
/// <param name="Count">Number of candidates that have it.</param>
public readonly record struct Vote(string Answer, double Weight, int Count);
