namespace Winnow.Torch.Training;

/// <summary>Warm-up, plateau, linear decay. The last two are measured in tokens, so that they do not depend on the batch.</summary>
public sealed record LearningRate
{
    /// <summary>Learning rate of the plateau. Above 0.</summary>
    public required double Peak { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Peak), value, "Must be above 0."); }

    /// <summary>Steps of linear warm-up. Range: at least 0.</summary>
    public int WarmupSteps { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(WarmupSteps), value, "Must be 0 or more."); } = 200;

    /// <summary>Share of the tokens at which the decay begins. Range: [0, 1].</summary>
    public double PlateauEnd { get; init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(PlateauEnd), value, "Must lie in [0, 1]."); } = 0.75;

    /// <summary>Share of the peak that is left at the end. Range: [0, 1].</summary>
    public double FinalShare { get; init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(FinalShare), value, "Must lie in [0, 1]."); } = 0.03;

    /// <summary>The learning rate of one step.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="tokens">Tokens seen before it.</param>
    /// <param name="totalTokens">Tokens of the whole run.</param>
    public double At(long step, long tokens, long totalTokens)
    {
        double warm = WarmupSteps == 0 ? 1 : Math.Min(1, step / (double)WarmupSteps);
        double progress = Math.Clamp(tokens / (double)totalTokens, 0, 1);
        double decay = progress <= PlateauEnd || PlateauEnd >= 1
            ? 1
            : 1 - (1 - FinalShare) * (progress - PlateauEnd) / (1 - PlateauEnd);
        return Peak * warm * decay;
    }
}
