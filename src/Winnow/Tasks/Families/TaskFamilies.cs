namespace Winnow.Tasks.Families;

/// <summary>All families.</summary>
public static class TaskFamilies
{
    /// <summary>Every family, in a fixed order.</summary>
    public static IReadOnlyList<ITaskFamily> All { get; } =
    [
        new WordArithmetic(),
        new MultistepArithmetic(),
        new BooleanExpressions(),
        new WordSorting(),
        new ListFunctions(),
        new ObjectCounting(),
        new Navigate(),
        new OperationDrill(),
        new CopyDrill(),
    ];

    /// <summary>The family of an identifier.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ITaskFamily Get(string id) => Find(id)
        ?? throw new ArgumentException($"There is no family \"{id}\"; the families are {string.Join(", ", All.Select(family => family.Id))}.", nameof(id));

    /// <summary>The family of an identifier, or null where there is none.</summary>
    public static ITaskFamily? Find(string? id) => All.FirstOrDefault(family => family.Id == id);
}
