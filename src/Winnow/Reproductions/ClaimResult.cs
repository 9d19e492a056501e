namespace Winnow.Reproductions;

/// <summary>One claim of a paper beside what was measured.</summary>
public sealed record ClaimResult
{
    /// <summary>Id of the paper in the catalogue.</summary>
    public required string Id { get; init; }

    /// <summary>The claim in a sentence.</summary>
    public required string Claim { get; init; }

    /// <summary>What is measured, with its unit.</summary>
    public required string Metric { get; init; }

    /// <summary>The metric of the baseline that the claim speaks of; null where the claim has none.</summary>
    public double? Baseline { get; init; }

    /// <summary>The metric as measured.</summary>
    public required double Measured { get; init; }

    /// <summary>Lower end of the 95 % interval of <see cref="Measured"/>; null where the measurement is exact.</summary>
    public double? CiLow { get; init; }

    /// <summary>Upper end of it.</summary>
    public double? CiHigh { get; init; }

    /// <summary>Whether the claim holds as measured here.</summary>
    public required bool Holds { get; init; }

    /// <summary>Whether it is expected to hold at this scale.</summary>
    public required bool Expected { get; init; }

    /// <summary>Wall time of the measurement. Unit: seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether what was measured is what is expected of this scale.</summary>
    public bool IsAsExpected => Holds == Expected;
}
