namespace Winnow.Tasks.Families;

/// <summary>A generated problem with its canonical solution.</summary>
/// <param name="Family">Identifier of the family.</param>
/// <param name="Level">Difficulty within the family.</param>
/// <param name="Question">The question, without mode tag and <c>Q:</c>.</param>
/// <param name="Steps">The lines of the solution, answer line excluded. A line that begins with a word begins with a space.</param>
/// <param name="Answer">The right answer, without <c>A:</c>.</param>
public sealed record GeneratedExample(string Family, int Level, string Question, IReadOnlyList<string> Steps, string Answer);
