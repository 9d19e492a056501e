using Winnow.Reproductions;

namespace Winnow.Cli.Sources;

/// <summary>The reproductions that this command can run: those that need no training.</summary>
internal static class ReproductionShelf
{
    /// <summary>Papers whose claims can be measured.</summary>
    public static IReadOnlyList<string> Ids { get; } = Catalogue();

    /// <summary>All reproductions.</summary>
    /// <param name="models">Where they get models from.</param>
    public static IReadOnlyList<IReproduction> All(ModelShelf models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return [];
    }

    private static IReadOnlyList<string> Catalogue()
    {
        using ModelShelf none = new();
        return [.. All(none).Select(reproduction => reproduction.PaperId)];
    }
}
