namespace Winnow.Inference.Sessions;

/// <summary>Consecutive tokens of a row that stand in consecutive slots of one page.</summary>
/// <param name="Page">The page.</param>
/// <param name="Start">First slot.</param>
/// <param name="Count">Slots; 1 … 16.</param>
internal readonly record struct PageSpan(int Page, int Start, int Count);
