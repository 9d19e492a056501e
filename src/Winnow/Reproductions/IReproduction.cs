namespace Winnow.Reproductions;

/// <summary>How long a reproduction may take.</summary>
public enum ReproductionEffort
{
    /// <summary>At most 60 seconds for a paper on two cores.</summary>
    Quick,

    /// <summary>At most 20 minutes for a paper on two cores.</summary>
    Default,

    /// <summary>Hours.</summary>
    Deep,
}

/// <summary>
/// Measures what a paper claims, at laptop scale: the claim's direction and size against the paper's own baseline,
/// at equal budget, with a confidence interval. A claim that does not hold here is reported as not holding.
/// </summary>
public interface IReproduction
{
    /// <summary>Id of the paper in the catalogue.</summary>
    string PaperId { get; }

    /// <summary>Measures every claim of the paper.</summary>
    /// <param name="effort">How long it may take; more effort means more problems, draws and seeds, never other claims.</param>
    /// <param name="progress">Told in a line what is being measured; null: nobody listens.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    /// <returns>One result for each claim, in the order of the paper's description.</returns>
    Task<IReadOnlyList<ClaimResult>> RunAsync(ReproductionEffort effort, IProgress<string>? progress = null, CancellationToken cancellationToken = default);
}
