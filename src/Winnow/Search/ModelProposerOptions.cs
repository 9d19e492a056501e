namespace Winnow.Search;

/// <summary>How answers are drawn from a white-box model.</summary>
public sealed record ModelProposerOptions
{
    /// <summary>Most tokens of one answer. Unit: tokens; at least 1; default 256.</summary>
    public int MaxAnswerTokens
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxAnswerTokens));
            field = value;
        }
    } = 256;

    /// <summary>Tokens of an answer as they usually are, end included; null where unknown. A search chooses its number of rows by it.</summary>
    public int? TypicalAnswerTokens
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(TypicalAnswerTokens), value, "An answer has at least 1 token; leave it out where the length is unknown.");
    }

    /// <summary>Most rows that are drawn at once. Unit: rows; 1 … 1,024; default 64.</summary>
    public int MaxActiveRows
    {
        get;
        init => field = value is >= 1 and <= 1024
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxActiveRows), value, "MaxActiveRows must lie in 1 … 1024.");
    } = 64;

    /// <summary>A finished line that begins with this ends the answer, for example <c>A:</c>; null: only the model's end token does.</summary>
    public string? AnswerLine { get; init; }

    /// <summary>Threads that compute. 0 means all cores; results do not depend on it.</summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Threads));
            field = value;
        }
    }
}
