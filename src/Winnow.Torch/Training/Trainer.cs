using TorchSharp;
using Winnow.Numerics;
using Winnow.Torch.Models;
using static TorchSharp.torch;

namespace Winnow.Torch.Training;

/// <summary>
/// Trains a decoder on solutions given prompts. A step is a pure function of the arrays, the state and the
/// sources, so a run that is resumed from a checkpoint continues bit for bit as if it had not stopped (same
/// machine, same number of threads).
/// </summary>
public sealed class Trainer
{
    private readonly ISequenceSource _source;
    private readonly TimeProvider _time;
    private readonly float[] _first;
    private readonly float[] _second;
    private IReadOnlyList<TrainingBatch>? _batches;

    /// <summary>A run from its beginning.</summary>
    /// <param name="model">The decoder, with its initial values.</param>
    /// <param name="source">What it learns from.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">Clock for the training time; null: the system's.</param>
    public Trainer(LlamaDecoder model, ISequenceSource source, TrainerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        Model = model;
        Options = options;
        _source = source;
        _time = time ?? TimeProvider.System;
        _first = new float[model.Shape.ParameterCount];
        _second = new float[model.Shape.ParameterCount];
    }

    /// <summary>The decoder being trained.</summary>
    public LlamaDecoder Model { get; }

    /// <summary>Settings.</summary>
    public TrainerOptions Options { get; }

    /// <summary>Where the run stands.</summary>
    public TrainingState State { get; private set; } = new();

    /// <summary>Whether the tokens are used up.</summary>
    public bool IsFinished => State.Tokens >= Options.TotalTokens;

    /// <summary>First moments, shape [parameters]: part of a checkpoint.</summary>
    public Span<float> FirstMoments => _first;

    /// <summary>Second moments, shape [parameters]: part of a checkpoint.</summary>
    public Span<float> SecondMoments => _second;

    /// <summary>Continues from a checkpoint whose arrays have already been copied in.</summary>
    public void Resume(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        State = state;
        _batches = null;
    }

    /// <summary>Takes one step.</summary>
    /// <exception cref="WinnowException">The loss is not a number: the run has diverged.</exception>
    public TrainingStep Step()
    {
        long started = _time.GetTimestamp();
        TrainingBatch batch = NextBatch();
        long step = State.Step + 1;
        double rate = Options.LearningRate.At(step, State.Tokens, Options.TotalTokens);
        Model.ClearGradients();
        double loss = Backward(batch);
        if (!double.IsFinite(loss))
        {
            throw new WinnowException($"The loss of step {step} is {loss}: the run has diverged. Lower the peak learning rate ({Options.LearningRate.Peak}) and begin again.");
        }
        double norm = AdamW.Clip(Model.Gradients, Options.ClipNorm);
        Update(step, rate);
        State = State with
        {
            Step = step,
            Tokens = State.Tokens + batch.TokenCount,
            PoolBatches = State.PoolBatches + 1,
            Seconds = State.Seconds + _time.GetElapsedTime(started).TotalSeconds,
        };
        return new TrainingStep(State, loss, batch.Targets.Length, rate, norm);
    }

    private TrainingBatch NextBatch()
    {
        if (_batches is not null && State.PoolBatches >= _batches.Count)
        {
            State = State with { Pool = State.Pool + 1, PoolBatches = 0, PoolTokens = State.Tokens };
            _batches = null;
        }
        _batches ??= MakePool();
        return _batches[State.PoolBatches];
    }

    private IReadOnlyList<TrainingBatch> MakePool()
    {
        TrainingSequence[] sequences = new TrainingSequence[Options.PoolSize];
        for (int i = 0; i < sequences.Length; i++)
        {
            sequences[i] = _source.Sequence(State.Pool * Options.PoolSize + i, State.PoolTokens);
            if (sequences[i].Tokens.Length > Model.Shape.ContextLength)
            {
                throw new ArgumentException($"Sequence {State.Pool * Options.PoolSize + i} has {sequences[i].Tokens.Length} tokens; the decoder's context is {Model.Shape.ContextLength}. Make the source keep to it.");
            }
        }
        int size = State.PoolTokens >= Options.LateBatchFrom ? Options.LateBatchTokens : Options.EarlyBatchTokens;
        return SequencePool.Batches(sequences, size, Options.PaddingToken, new HashedUniforms(Seeds.Derive(Options.Seed, "pool", (int)State.Pool)));
    }

    private double Backward(TrainingBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tokens = tensor(batch.Tokens, [batch.Rows, batch.Width]);
        // Only hidden states whose next token counts go through the output matrix.
        Tensor hidden = Model.HiddenStates(tokens).view(-1, Model.Shape.Width).index_select(0, tensor(batch.Positions));
        Tensor loss = nn.functional.cross_entropy(Model.Logits(hidden), tensor(batch.Targets));
        loss.backward();
        return loss.ToSingle();
    }

    private void Update(long step, double rate)
    {
        Span<float> weights = Model.Weights;
        Span<float> gradients = Model.Gradients;
        int matrices = (int)Model.Shape.MatrixCount;
        AdamW.Update(weights[..matrices], gradients[..matrices], FirstMoments[..matrices], SecondMoments[..matrices], step, rate, Options.WeightDecay, Options.Adam);
        AdamW.Update(weights[matrices..], gradients[matrices..], FirstMoments[matrices..], SecondMoments[matrices..], step, rate, 0, Options.Adam);
    }
}
