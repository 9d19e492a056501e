using Winnow.Reproductions;

namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow reproduce --json</c> writes.</summary>
internal sealed record ReproduceDocument
{
    public string Schema { get; init; } = "winnow.reproduce/1";

    public required IReadOnlyList<ClaimDocument> Results { get; init; }

    /// <summary>Papers whose reproduction did not finish; the others are in the results.</summary>
    public required IReadOnlyList<FailedReproductionDocument> Failed { get; init; }
}

/// <summary>A claim beside what was measured.</summary>
internal sealed record ClaimDocument(
    string Id, string Claim, string Metric, double? Baseline, double Measured, double? CiLow, double? CiHigh, bool Holds, bool Expected, double Seconds)
{
    public static ClaimDocument Of(ClaimResult claim) => new(
        claim.Id, claim.Claim, claim.Metric, claim.Baseline, claim.Measured, claim.CiLow, claim.CiHigh, claim.Holds, claim.Expected, claim.Seconds);
}

/// <summary>A reproduction that did not finish.</summary>
internal sealed record FailedReproductionDocument(string Id, string Reason);
