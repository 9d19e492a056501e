namespace Winnow.Testing.Conformance;

/// <summary>The methods of golden rows that need gradients; the tests of training replay them.</summary>
public static class TrainingMethods
{
    /// <summary>Family and method of each.</summary>
    public static IReadOnlyList<(string Family, string Method)> All { get; } = [("adaptation", "llama_forward")];

    /// <summary>Whether a document's method is one of them.</summary>
    public static bool Contains(ConformanceDocument document, string method) =>
        All.Any(m => m.Method == method && document.Name.Contains(m.Family, StringComparison.OrdinalIgnoreCase));
}
