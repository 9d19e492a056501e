namespace Winnow.Torch.Training;

/// <summary>Settings of a training run; part of every checkpoint.</summary>
public sealed record TrainerOptions
{
    /// <summary>Tokens to train on, padding not counted. Above 0.</summary>
    public required long TotalTokens { get; init => field = Positive(value, nameof(TotalTokens)); }

    /// <summary>Schedule of the learning rate.</summary>
    public required LearningRate LearningRate { get; init; }

    /// <summary>Constants of the optimiser.</summary>
    public AdamSettings Adam { get; init; } = new();

    /// <summary>Weight decay of the matrices inside the blocks; embedding and norms have none. Range: at least 0.</summary>
    public double WeightDecay { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(WeightDecay), value, "Must be 0 or more."); } = 0.05;

    /// <summary>Largest Euclidean norm of the gradients. Above 0.</summary>
    public double ClipNorm { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(ClipNorm), value, "Must be above 0."); } = 1;

    /// <summary>Tokens of a batch at first, padding included. Above 0.</summary>
    public int EarlyBatchTokens { get; init => field = (int)Positive(value, nameof(EarlyBatchTokens)); } = 1024;

    /// <summary>Tokens of a batch later. Above 0.</summary>
    public int LateBatchTokens { get; init => field = (int)Positive(value, nameof(LateBatchTokens)); } = 2048;

    /// <summary>Tokens after which the batch grows.</summary>
    public long LateBatchFrom { get; init; } = 2_500_000;

    /// <summary>Sequences that are sorted by length together. Above 0.</summary>
    public int PoolSize { get; init => field = (int)Positive(value, nameof(PoolSize)); } = 2500;

    /// <summary>Token that fills up rows.</summary>
    public required int PaddingToken { get; init; }

    /// <summary>Seed of the order of batches; initial values and data have their own.</summary>
    public ulong Seed { get; init; } = 1;

    private static long Positive(long value, string name) =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "Must be above 0.");
}
