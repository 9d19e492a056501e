using Spectre.Console;

namespace Winnow.Cli.Verbs;

/// <summary>Lists in two columns, a name and what it is; the second wraps below itself.</summary>
internal static class Columns
{
    /// <summary>An empty list.</summary>
    public static Grid Two() => new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2)).AddColumn(new GridColumn().PadLeft(0).PadRight(0));

    /// <summary>Adds a line.</summary>
    public static void Add(Grid grid, string name, string what) => grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(what));
}
