namespace Winnow.Budgets;

/// <summary>A column of a budget that can be capped.</summary>
public enum BudgetColumn
{
    /// <summary>Generated plus scorer tokens.</summary>
    Tokens,

    /// <summary>Draws and requests.</summary>
    Calls,

    /// <summary>Wall time.</summary>
    Seconds,

    /// <summary>Money.</summary>
    Cost,
}
