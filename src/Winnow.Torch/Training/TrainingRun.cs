using Winnow.Torch.Models;

namespace Winnow.Torch.Training;

/// <summary>How a run is watched and kept.</summary>
public sealed record TrainingRunOptions
{
    /// <summary>Tokens between entries of the log. Above 0.</summary>
    public long LogEvery { get; init; } = 50_000;

    /// <summary>Tokens between probes; null: none. Above 0.</summary>
    public long? ProbeEvery { get; init; } = 2_000_000;

    /// <summary>Time between checkpoints.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Tokens after which an early, weaker model is kept as <c>early</c>; null: none.</summary>
    public long? EarlyMilestone { get; init; } = 8_000_000;
}

/// <summary>Trains to the end or until it is told to stop, with log, probes, checkpoints and milestones.</summary>
/// <param name="trainer">The run, new or resumed.</param>
/// <param name="store">Where checkpoints go.</param>
/// <param name="log">Where the log goes.</param>
/// <param name="probe">What is measured on the way; null: nothing.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock; null: the system's.</param>
public sealed class TrainingRun(Trainer trainer, CheckpointStore store, TrainingLog log, Probe? probe, TrainingRunOptions options, TimeProvider? time = null)
{
    /// <summary>Name of the milestone at <see cref="TrainingRunOptions.EarlyMilestone"/>.</summary>
    public const string Early = "early";

    /// <summary>Name of the milestone at the end of the plateau, the base for adaptation.</summary>
    public const string Plateau = "plateau";

    /// <summary>Name of the milestone at the end.</summary>
    public const string Final = "final";

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Trains.</summary>
    /// <param name="progress">Told every entry of the log; null: nobody.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    /// <returns>Whether the run reached its end.</returns>
    public bool Execute(IProgress<TrainingLogEntry>? progress = null, CancellationToken cancellationToken = default)
    {
        log.DropAfter(trainer.State.Step);
        long plateauEnd = (long)(trainer.Options.LearningRate.PlateauEnd * trainer.Options.TotalTokens);
        long checkpointAt = _time.GetTimestamp();
        TrainingState entryState = trainer.State;
        double lossSum = 0;
        long lossTokens = 0;
        while (!trainer.IsFinished)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                store.Save(trainer);
                return false;
            }
            long before = trainer.State.Tokens;
            TrainingStep step = trainer.Step();
            long tokens = step.State.Tokens;
            lossSum += step.Loss * step.LossTokens;
            lossTokens += step.LossTokens;
            if (Crosses(before, tokens, options.LogEvery) || trainer.IsFinished)
            {
                Report(new TrainingLogEntry
                {
                    Step = step.State.Step,
                    Tokens = tokens,
                    Loss = lossSum / lossTokens,
                    LearningRate = step.LearningRate,
                    GradientNorm = step.GradientNorm,
                    TokensPerSecond = (tokens - entryState.Tokens) / (step.State.Seconds - entryState.Seconds),
                    Seconds = step.State.Seconds,
                }, progress);
                (entryState, lossSum, lossTokens) = (step.State, 0, 0);
            }
            if (options.EarlyMilestone is { } early && before < early && tokens >= early)
            {
                store.Save(trainer, Early);
            }
            if (before < plateauEnd && tokens >= plateauEnd)
            {
                store.Save(trainer, Plateau);
            }
            if (_time.GetElapsedTime(checkpointAt) >= options.CheckpointEvery)
            {
                store.Save(trainer);
                checkpointAt = _time.GetTimestamp();
            }
            if (probe is not null && ((options.ProbeEvery is { } every && Crosses(before, tokens, every)) || trainer.IsFinished))
            {
                Measure(probe, progress, cancellationToken);
            }
        }
        store.Save(trainer);
        store.Save(trainer, Final);
        return true;
    }

    private void Measure(Probe measured, IProgress<TrainingLogEntry>? progress, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<ProbeCell> cells = measured.Measure(trainer.Model, cancellationToken);
            Report(new TrainingLogEntry { Step = trainer.State.Step, Tokens = trainer.State.Tokens, Seconds = trainer.State.Seconds, Probe = cells }, progress);
        }
        catch (OperationCanceledException)
        {
            // The loop sees the same token and stops with a checkpoint; the probe can be measured again from it.
        }
    }

    private void Report(TrainingLogEntry entry, IProgress<TrainingLogEntry>? progress)
    {
        log.Append(entry);
        progress?.Report(entry);
    }

    private static bool Crosses(long before, long after, long every) => before / every != after / every;
}
