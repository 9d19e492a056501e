using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Golden rows believed wrong. A row that agrees after all makes its test fail, so that this list stays true.</summary>
internal static class Disputed
{
    public static readonly IReadOnlyList<DisputedRow> Rows =
    [
        new("search", "anneal_linear-r-003", "its temperatures are rounded to 12 digits, by up to 4.4e-12, beside a tolerance of 1e-12"),
        new("search", "tempering_ladder-d-002", "its temperatures are rounded to 12 digits, by up to 1.8e-12, beside a tolerance of 1e-12"),
        new("search", "tree_ancestral-d-003", "its entropy is rounded to 12 digits, by 4.1e-12, beside a tolerance of 1e-12"),
        new("search", "tree_posterior-d-015", "its Z is rounded to 12 digits, by 4.4e-11, beside a tolerance of 1e-11"),
    ];
}
