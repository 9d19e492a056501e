namespace Winnow.Tasks.Families;

/// <summary>Rewriting of expressions from the inside: which part comes next, and what is left after it.</summary>
internal static class Brackets
{
    /// <summary>
    /// The first part without brackets inside, or the whole where there are none: the first closing bracket ends it.
    /// Null where that bracket was never opened.
    /// </summary>
    public static (string Before, string Part, string After)? Innermost(string expression)
    {
        int close = expression.IndexOf(')', StringComparison.Ordinal);
        if (close < 0)
        {
            return ("", expression, "");
        }
        int open = expression.LastIndexOf('(', close);
        return open < 0 ? null : (expression[..open], expression[(open + 1)..close], expression[(close + 1)..]);
    }
}
