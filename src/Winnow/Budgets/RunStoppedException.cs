namespace Winnow.Budgets;

/// <summary>A cap on a whole run leaves no room for what was about to be drawn. Nothing was drawn for it; what is under way is paid for and may finish.</summary>
/// <param name="message">Which cap it was, and what was used.</param>
public sealed class RunStoppedException(string message) : OperationCanceledException(message);
