using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Golden rows believed wrong. A row that agrees after all makes its test fail, so that this list stays true.</summary>
internal static class Disputed
{
    public static readonly IReadOnlyList<DisputedRow> Rows = [];
}
