namespace Winnow.Search;

/// <summary>Settings of particle Gibbs.</summary>
public sealed record ParticleGibbsOptions
{
    /// <summary>As in the its_hub library 1.2.0: absolute odds, free particles redrawn after every step, references weighed by their end, and the highest score of the last sweep as the answer.</summary>
    public static ParticleGibbsOptions ItsHub { get; } = new()
    {
        ReferenceWeight = ReferenceWeight.Final,
        Filter = new ParticleFilterOptions
        {
            Weight = ParticleWeight.AbsoluteOdds,
            Schedule = ResamplingSchedule.AfterEveryStep,
            Scheme = Numerics.ResamplingScheme.Multinomial,
            Choice = ParticleChoice.Argmax,
        },
    };

    /// <summary>Particles of all sweeps together, references included. Unit: rows; divisible by <see cref="Iterations"/>; null: as many as the budget can carry.</summary>
    public int? Rows
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Rows), value, "Rows must be at least 1; leave them out to let the budget decide.");
    }

    /// <summary>Sweeps, K, the first of which has no reference. 1 … 1,024; default 4. Fewer are run where the budget cannot carry two particles in each.</summary>
    public int Iterations
    {
        get;
        init => field = value is >= 1 and <= 1024
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Iterations), value, "Iterations must lie in 1 … 1024; 1 is a particle filter.");
    } = 4;

    /// <summary>References drawn after each sweep. At least 0; default 1. Only one leaves the target as it is; none makes the sweeps independent filters.</summary>
    public int References
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(References));
            field = value;
        }
    } = 1;

    /// <summary>By what references are weighed. Default: after step t by their own first t steps.</summary>
    public ReferenceWeight ReferenceWeight { get; init; } = ReferenceWeight.OwnStep;

    /// <summary>How particles are stepped, weighed, resampled and chosen. Resampling is multinomial whatever its scheme; its number of particles is left out, and finished ones are not frozen.</summary>
    public ParticleFilterOptions Filter { get; init; } = new();

    /// <summary>Settings with as many sweeps of at least two particles as fit a number of rows, at most the default; what does not divide is left over.</summary>
    internal static ParticleGibbsOptions For(int? rows)
    {
        ParticleGibbsOptions defaults = new();
        if (rows is not { } most)
        {
            return defaults;
        }
        int sweeps = Math.Clamp(most / 2, 1, defaults.Iterations);
        return defaults with { Iterations = sweeps, Rows = most - most % sweeps };
    }
}
