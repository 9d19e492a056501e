using System.Runtime.InteropServices;

namespace Winnow.Inference.Templates;

/// <summary>Where in a template something stands.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TemplatePlace(int Line, int Column)
{
    /// <summary>The error that says what is wrong here.</summary>
    public WinnowException Error(string what) => new($"chat template, line {Line}, column {Column}: {what}");
}
