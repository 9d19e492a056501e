using System.Reflection;

namespace Winnow.Testing.Conformance;

/// <summary>The handlers of a test assembly, by family and method.</summary>
public sealed class ConformanceRegistry
{
    private readonly Dictionary<string, Dictionary<string, (RowHandler Handler, IConformanceRows Rows)>> families = new(StringComparer.Ordinal);

    /// <summary>Gathers every <see cref="IConformanceRows"/> of an assembly.</summary>
    public ConformanceRegistry(Assembly assembly)
    {
        foreach (Type type in assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IConformanceRows))))
        {
            var rows = (IConformanceRows)Activator.CreateInstance(type)!;
            if (!families.TryGetValue(rows.Family, out Dictionary<string, (RowHandler, IConformanceRows)>? handlers))
            {
                families[rows.Family] = handlers = new(StringComparer.Ordinal);
            }
            foreach ((string method, RowHandler handler) in rows.Handlers)
            {
                if (!handlers.TryAdd(method, (handler, rows)))
                {
                    throw new InvalidOperationException($"{type.Name} registers {rows.Family}/{method} a second time.");
                }
            }
        }
    }

    /// <summary>Every registered (family, method).</summary>
    public IEnumerable<(string Family, string Method)> Registered =>
        families.SelectMany(family => family.Value.Keys.Select(method => (family.Key, method)));

    /// <summary>The family a document belongs to: the longest registered name that its own name contains; null where there is none.</summary>
    public string? FamilyOf(ConformanceDocument document) =>
        families.Keys.Where(family => document.Name.Contains(family, StringComparison.OrdinalIgnoreCase)).MaxBy(family => family.Length);

    /// <summary>The handler of a method of a document; null where the method is not built yet.</summary>
    public RowHandler? Find(ConformanceDocument document, string method) =>
        FamilyOf(document) is { } family ? families[family].GetValueOrDefault(method).Handler : null;

    /// <summary>Whether a row can be computed yet.</summary>
    public bool IsBuilt(ConformanceDocument document, ConformanceRow row) =>
        FamilyOf(document) is { } family
        && families[family].TryGetValue(row.Method, out (RowHandler Handler, IConformanceRows Rows) built)
        && built.Rows.IsBuilt(row);
}
