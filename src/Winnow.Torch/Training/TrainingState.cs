namespace Winnow.Torch.Training;

/// <summary>Where a run stands, besides the arrays: with them it is all that the next step depends on.</summary>
public sealed record TrainingState
{
    /// <summary>Steps taken.</summary>
    public long Step { get; init; }

    /// <summary>Tokens trained on, padding not counted.</summary>
    public long Tokens { get; init; }

    /// <summary>Number of the current pool.</summary>
    public long Pool { get; init; }

    /// <summary>Value of <see cref="Tokens"/> when the pool was made.</summary>
    public long PoolTokens { get; init; }

    /// <summary>Batches of the pool already used.</summary>
    public int PoolBatches { get; init; }

    /// <summary>Seconds of training so far, over all processes.</summary>
    public double Seconds { get; init; }
}

/// <summary>What one step did.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Loss">Mean negative log-likelihood of the solution tokens. Unit: nats for each token.</param>
/// <param name="LossTokens">Solution tokens of the batch.</param>
/// <param name="LearningRate">Learning rate of the step.</param>
/// <param name="GradientNorm">Norm of the gradients before clipping.</param>
public sealed record TrainingStep(TrainingState State, double Loss, int LossTokens, double LearningRate, double GradientNorm);
