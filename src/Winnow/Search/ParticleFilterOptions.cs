using Winnow.Numerics;

namespace Winnow.Search;

/// <summary>What a particle's weight is multiplied by after a step. r is the scorer's number for the whole prefix, r₀ = 1; p is the drawing model.</summary>
public enum ParticleWeight
{
    /// <summary>odds(r)^(1/τ). Target: p·Π odds(r). For scorers that rate steps.</summary>
    Odds,

    /// <summary>r over the r before it. Target: p·r of the whole answer. For calibrated chances of success; under a log-probability scorer it is the step's probability, target p·judge.</summary>
    Incremental,

    /// <summary>r. Target: p·Π r.</summary>
    Product,

    /// <summary>Of a log-probability scorer: the step's probability under the judge over that under the drawing model. Target: the judge.</summary>
    Ratio,

    /// <summary>odds(r)^(1/τ) of the present prefix alone, whatever the weight was before: the convention of the its_hub library and the paper's code.</summary>
    AbsoluteOdds,
}

/// <summary>When particles are resampled.</summary>
public enum ResamplingSchedule
{
    /// <summary>Before a step, if the effective sample size is below a share of N.</summary>
    WhenEssIsLow,

    /// <summary>Before every step but the first; never after the last.</summary>
    BeforeEveryStep,

    /// <summary>After every step, the last one too.</summary>
    AfterEveryStep,
}

/// <summary>How the final particles become an answer.</summary>
public enum ParticleChoice
{
    /// <summary>The answer with the most weight.</summary>
    Vote,

    /// <summary>The particle with the highest score.</summary>
    Argmax,

    /// <summary>One particle drawn by weight: one draw from the target.</summary>
    Sample,
}

/// <summary>Settings of particle filtering.</summary>
public sealed record ParticleFilterOptions
{
    /// <summary>Most particles.</summary>
    public const int ParticleLimit = 1024;

    /// <summary>Particles, N. Unit: rows; 1 … 1,024; null: as many as the budget can carry to answers of usual length.</summary>
    public int? Particles
    {
        get;
        init => field = value is null or (>= 1 and <= ParticleLimit)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Particles), value, $"Particles must lie in 1 … {ParticleLimit}; leave it out to let the budget decide.");
    }

    /// <summary>Weight; null: odds for probabilities and other numbers, incremental for log-probabilities, which have no odds.</summary>
    public ParticleWeight? Weight { get; init; }

    /// <summary>Divides the logit in odds weights, τ. Greater than 0; default 1.</summary>
    public double OddsTemperature
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(OddsTemperature), value, "The odds temperature must be finite and greater than 0.");
    } = 1.0;

    /// <summary>Distance from 0 (and for odds from 1) at which probabilities are clipped. In (0, 0.5); default 1e-7.</summary>
    public double Clip
    {
        get;
        init => field = value is > 0 and < 0.5
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Clip), value, "Clip must lie between 0 and 0.5.");
    } = 1e-7;

    /// <summary>When particles are resampled. Default: when the effective sample size is low.</summary>
    public ResamplingSchedule Schedule { get; init; } = ResamplingSchedule.WhenEssIsLow;

    /// <summary>Share of N below which the effective sample size is low. Range: 0 … 1; default 0.5.</summary>
    public double EssThreshold
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(EssThreshold), value, "The threshold is a share of the particles and must lie in 0 … 1.");
    } = 0.5;

    /// <summary>How parents are drawn. Default: systematic.</summary>
    public ResamplingScheme Scheme { get; init; } = ResamplingScheme.Systematic;

    /// <summary>Whether finished particles take no part in resampling and keep their mass, as in the paper's code with its flag off. Default: no.</summary>
    public bool FreezesFinished { get; init; }

    /// <summary>Odds temperature step by step; null: always <see cref="OddsTemperature"/>.</summary>
    public Annealing? Annealing { get; init; }

    /// <summary>Final choice. Default: vote.</summary>
    public ParticleChoice Choice { get; init; } = ParticleChoice.Vote;

    /// <summary>How the numbers of a process scorer become one. Default: that of the last step, which reads the whole prefix.</summary>
    public StepAggregation Aggregation { get; init; } = StepAggregation.Last;

    /// <summary>Sampling temperature of the model. Range: 0 … 10; default 1.</summary>
    public double Temperature
    {
        get;
        init => field = value is >= 0 and <= 10
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Temperature), value, "Temperature must lie in 0 … 10; 0 is greedy.");
    } = 1.0;

    /// <summary>Most steps of an answer; what is not finished then casts no vote. At least 1; default 40.</summary>
    public int MaxSteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxSteps));
            field = value;
        }
    } = 40;

    /// <summary>Text that ends a step. Default: a line break.</summary>
    public string Boundary { get; init; } = "\n";

    /// <summary>Rounds that are run even when nothing is active, for replaying runs of a fixed length.</summary>
    internal int MinRounds { get; init; }
}
