namespace Winnow.Evaluation;

/// <summary>A statistic with its bootstrap distribution and intervals.</summary>
public sealed record BootstrapResult
{
    /// <summary>The statistic of the data themselves.</summary>
    public required double Estimate { get; init; }

    /// <summary>Standard deviation of the replicates, over R − 1; NaN for a single replicate.</summary>
    public required double StandardError { get; init; }

    /// <summary>The α/2 and 1 − α/2 quantiles (type 7) of the replicates.</summary>
    public required Interval Percentile { get; init; }

    /// <summary>Twice the estimate less those quantiles.</summary>
    public required Interval Basic { get; init; }

    /// <summary>The bias-corrected and accelerated interval; the percentile one where it is undefined.</summary>
    public required Interval Bca { get; init; }

    /// <summary>False where BCa is undefined (all replicates on one side, all leave-one-out values equal) and the percentile interval stands for it.</summary>
    public required bool IsBcaDefined { get; init; }

    /// <summary>z₀: how far the estimate lies from the median of the replicates. Unit: standard normal deviations.</summary>
    public required double BiasCorrection { get; init; }

    /// <summary>The acceleration a, from leave-one-out values; NaN where it is undefined.</summary>
    public required double Acceleration { get; init; }

    /// <summary>The two probabilities whose quantiles are the BCa interval; α/2 and 1 − α/2 where BCa is undefined.</summary>
    public required Interval BcaLevels { get; init; }

    /// <summary>The statistic of each resample, ascending. Shape [R].</summary>
    public required IReadOnlyList<double> Replicates { get; init; }
}
