using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Golden rows believed wrong. A row that agrees after all makes its test fail, so that this list stays true.</summary>
internal static class Disputed
{
    public static readonly IReadOnlyList<DisputedRow> Rows =
    [
        new("embedding", "embedding_similarity-r-001", "one cosine is off by 1.17e-4 beside a tolerance of 1e-4, while all 29 embeddings of the document agree within 8e-7: its cosines are those of the published float32 weights, which differ by that much"),
        new("judging", "aggregate_steps-r-004", "its log_prod is rounded to 12 digits, by 3.6e-9, beside a tolerance of 1e-12"),
        new("judging", "aggregate_steps-r-005", "its log_prod is rounded to 12 digits, by 3.8e-11, beside a tolerance of 1e-12"),
        new("judging", "elo-r-002", "its ratings are rounded to 12 digits, by up to 1.7e-9, beside a tolerance of 1e-9"),
        new("judging", "elo-r-004", "its ratings are rounded to 12 digits, by up to 3.6e-9, beside a tolerance of 1e-9"),
        new("judging", "elo-r-005", "its ratings are rounded to 12 digits, by up to 4.9e-9, beside a tolerance of 1e-9"),
        new("judging", "elo-r-006", "its ratings are rounded to 12 digits, by up to 2.5e-9, beside a tolerance of 1e-9"),
        new("search", "anneal_linear-r-003", "its temperatures are rounded to 12 digits, by up to 4.4e-12, beside a tolerance of 1e-12"),
        new("search", "tempering_ladder-d-002", "its temperatures are rounded to 12 digits, by up to 1.8e-12, beside a tolerance of 1e-12"),
        new("search", "tree_ancestral-d-003", "its entropy is rounded to 12 digits, by 4.1e-12, beside a tolerance of 1e-12"),
        new("search", "tree_posterior-d-015", "its Z is rounded to 12 digits, by 4.4e-11, beside a tolerance of 1e-11"),
    ];
}
