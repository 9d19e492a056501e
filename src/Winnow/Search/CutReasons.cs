namespace Winnow.Search;

/// <summary>Why a row was cut, as <see cref="PartialAnswer.Reason"/> says it.</summary>
public static class CutReasons
{
    /// <summary>The budget had no more tokens.</summary>
    public const string Budget = "The budget was used up.";

    /// <summary>The budget had no more calls.</summary>
    public const string Calls = "The budget had no more calls.";

    /// <summary>The step reached its limit without a boundary.</summary>
    public const string StepTokens = "The token limit was reached before an end.";

    /// <summary>The search reached its limit of steps.</summary>
    public const string Steps = "The limit of steps was reached before an end.";

    /// <summary>The model's context is full.</summary>
    public const string Context = "The model's context is full.";
}
