namespace Winnow.Tasks;

/// <summary>One question, what the model reads, and how an answer to it is recognised and checked.</summary>
public sealed record Problem
{
    /// <summary>Identifier, unique within its task and stable between versions of Winnow.</summary>
    public required string Id { get; init; }

    /// <summary>The question for people.</summary>
    public required string Question { get; init; }

    /// <summary>The text that the model reads, format and demonstrations included.</summary>
    public required string Prompt { get; init; }

    /// <summary>Whether <see cref="Prompt"/> is in a form of the model's own; otherwise a model that reads conversations is given it as what a user says.</summary>
    public bool HasOwnForm { get; init; }

    /// <summary>The right answer as the task file has it; null where only a checker knows.</summary>
    public string? Target { get; init; }

    /// <summary>The answers to choose from; empty for open questions.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What a judging model is told to look at; null where the task says nothing, or no model judges.</summary>
    public string? Rubric { get; init; }

    /// <summary>Family or category, where the task has several.</summary>
    public string? Family { get; init; }

    /// <summary>Difficulty within the family, where it is known.</summary>
    public int? Level { get; init; }

    /// <summary>Columns of the task file that Winnow has no use for, kept for reports and exports.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Finds the answer in a text. All voting uses it.</summary>
    public required IAnswerKey Answers { get; init; }

    /// <summary>Says whether an answer is right. It never selects, except in the strategy called <c>oracle</c>.</summary>
    public required IAnswerChecker Checker { get; init; }
}

/// <summary>Finds the answer in a text and brings it into a form in which equal answers are equal strings.</summary>
public interface IAnswerKey
{
    /// <summary>The canonical answer of a whole text, or null where none is found.</summary>
    string? Canonical(string text);
}

/// <summary>Decides whether an answer is right.</summary>
public interface IAnswerChecker
{
    /// <summary>Whether a canonical answer is right for a problem.</summary>
    bool IsCorrect(Problem problem, string answer);
}

/// <summary>A checker that has to ask somebody, a model for example, before it can decide.</summary>
public interface IAskingAnswerChecker : IAnswerChecker
{
    /// <summary>Asks about answers; <see cref="IAnswerChecker.IsCorrect"/> then knows them without waiting. Answers asked about before cost nothing.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="answers">Canonical answers to it.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    ValueTask AskAsync(Problem problem, IReadOnlyCollection<string> answers, CancellationToken cancellationToken = default);
}

/// <summary>Knows, for a problem it can parse, whether each step of a partial answer is right given the steps before it.</summary>
public interface IStepOracle
{
    /// <summary>One verdict for each finished line of a partial answer, in order; empty where nothing is finished.</summary>
    IReadOnlyList<bool> CheckSteps(Problem problem, string partialAnswer);
}
