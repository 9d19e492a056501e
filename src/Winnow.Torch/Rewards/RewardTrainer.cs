using TorchSharp;
using Winnow.Numerics;
using Winnow.Torch.Models;
using Winnow.Torch.Training;
using static TorchSharp.torch;

namespace Winnow.Torch.Rewards;

/// <summary>Settings of <see cref="RewardTrainer"/>.</summary>
public sealed record RewardTrainerOptions
{
    /// <summary>Passes over the answers at most. Above 0.</summary>
    public int Epochs { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Epochs), value, "Must be above 0."); } = 3;

    /// <summary>Peak learning rate. Above 0.</summary>
    public double LearningRate { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(LearningRate), value, "Must be above 0."); } = 5e-4;

    /// <summary>Weight of the ranking part of the loss: right answers above wrong ones of the same problem. Range: at least 0.</summary>
    public double RankingWeight { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(RankingWeight), value, "Must be 0 or more."); } = 0.5;

    /// <summary>Tokens of a batch, padding included; the answers to one problem are never parted. Above 0.</summary>
    public int BatchTokens { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(BatchTokens), value, "Must be above 0."); } = 4096;

    /// <summary>Steps between evaluations on the validation answers. Above 0.</summary>
    public int EvaluateEvery { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(EvaluateEvery), value, "Must be above 0."); } = 100;

    /// <summary>Evaluations without a better one after which training ends. Above 0.</summary>
    public int Patience { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Patience), value, "Must be above 0."); } = 5;

    /// <summary>Token that fills up rows.</summary>
    public required int PaddingToken { get; init; }

    /// <summary>Seed of the order of problems.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>How good scores are on answers that were not trained on.</summary>
/// <param name="Step">Training step.</param>
/// <param name="Loss">Mean loss of the lines since the evaluation before; null before the first step. Unit: nats.</param>
/// <param name="WithinProblem">Within-problem AUROC of the product over lines; null where no problem has answers of both kinds.</param>
/// <param name="Pooled">The same over all pairs, which flatters.</param>
/// <param name="StepAuroc">AUROC over single lines.</param>
public sealed record RewardEvaluation(int Step, double? Loss, double? WithinProblem, double? Pooled, double? StepAuroc);

/// <summary>
/// Trains a process reward model on labelled answers: cross-entropy of the lines plus a ranking of the answers to one
/// problem by the product over their lines. Stops early and keeps the best by within-problem AUROC.
/// </summary>
public sealed class RewardTrainer
{
    private const int WarmupSteps = 50;
    private const double WeightDecay = 0.05;
    private readonly RewardModel _model;
    private readonly IReadOnlyList<LabelledAnswer> _validation;
    private readonly RewardTrainerOptions _options;
    private readonly AdamSettings _adam = new();
    private readonly float[] _first;
    private readonly float[] _second;
    private readonly List<RewardBatch> _batches;
    private readonly List<RewardBatch> _validationBatches;

    /// <summary>A run.</summary>
    /// <param name="model">The model, usually with the policy's weights in its trunk.</param>
    /// <param name="answers">What it learns from.</param>
    /// <param name="validation">What decides when to stop; answers to other problems.</param>
    /// <param name="options">Settings.</param>
    public RewardTrainer(RewardModel model, IReadOnlyList<LabelledAnswer> answers, IReadOnlyList<LabelledAnswer> validation, RewardTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(options);
        _model = model;
        _validation = validation;
        _options = options;
        int parameters = (int)model.Trunk.Shape.ParameterCount + model.Head.Length;
        _first = new float[parameters];
        _second = new float[parameters];
        _batches = RewardBatch.Make(answers, options.BatchTokens, options.PaddingToken);
        _validationBatches = RewardBatch.Make(validation, options.BatchTokens, options.PaddingToken);
    }

    /// <summary>Trains; afterwards the model has the weights of the best evaluation.</summary>
    /// <param name="progress">Told every evaluation; null: nobody.</param>
    /// <param name="cancellationToken">Ends between steps; the best so far is kept.</param>
    /// <returns>The best evaluation; the one before any step counts.</returns>
    public RewardEvaluation Train(IProgress<RewardEvaluation>? progress = null, CancellationToken cancellationToken = default)
    {
        RewardEvaluation best = Evaluate(0, null);
        progress?.Report(best);
        float[] bestTrunk = _model.Trunk.Weights.ToArray();
        float[] bestHead = _model.Head.ToArray();
        int total = _options.Epochs * _batches.Count;
        int worse = 0;
        double loss = 0;
        int counted = 0;
        for (int step = 1; step <= total && worse < _options.Patience && !cancellationToken.IsCancellationRequested; step++)
        {
            loss += Step(step, total);
            counted++;
            if (step % _options.EvaluateEvery != 0 && step != total)
            {
                continue;
            }
            RewardEvaluation now = Evaluate(step, loss / counted);
            (loss, counted) = (0, 0);
            progress?.Report(now);
            if ((now.WithinProblem ?? 0) > (best.WithinProblem ?? 0))
            {
                (best, worse) = (now, 0);
                _model.Trunk.Weights.CopyTo(bestTrunk);
                _model.Head.CopyTo(bestHead);
            }
            else
            {
                worse++;
            }
        }
        bestTrunk.CopyTo(_model.Trunk.Weights);
        bestHead.CopyTo(_model.Head);
        return best;
    }

    /// <summary>The product over lines, in logs, of each validation answer, in their order.</summary>
    public IReadOnlyList<double> ValidationScores()
    {
        double[] scores = new double[_validation.Count];
        foreach (RewardBatch batch in _validationBatches)
        {
            double[] lines = Lines(batch);
            for (int i = 0; i < lines.Length; i++)
            {
                scores[batch.Answers[batch.AnswerOfLine[i]]] += LogSigmoid(lines[i]);
            }
        }
        return scores;
    }

    private RewardEvaluation Evaluate(int step, double? loss)
    {
        IReadOnlyList<double> scores = ValidationScores();
        List<double> lineScores = [];
        List<bool> lineLabels = [];
        foreach (RewardBatch batch in _validationBatches)
        {
            lineScores.AddRange(Lines(batch));
            lineLabels.AddRange(batch.Labels.Select(label => label > 0.5f));
        }
        List<bool> isRight = [.. _validation.Select(answer => answer.IsRight)];
        return new RewardEvaluation(
            step, loss,
            Ranking.WithinProblems(scores, isRight, [.. _validation.Select(answer => answer.Problem)]),
            Ranking.Pooled(scores, isRight),
            Ranking.Pooled(lineScores, lineLabels));
    }

    private double[] Lines(RewardBatch batch)
    {
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor scores = _model.Scores(tensor(batch.Tokens, [batch.Rows, batch.Width]), tensor(batch.Positions));
        return Array.ConvertAll(scores.data<float>().ToArray(), score => (double)score);
    }

    private double Step(int step, int total)
    {
        RewardBatch batch = _batches[Order(step - 1)];
        _model.ClearGradients();
        double loss = Backward(batch);
        Span<float> trunk = _model.Trunk.Gradients;
        AdamW.Clip(trunk, 1);
        AdamW.Clip(_model.HeadGradients, 1);
        double rate = _options.LearningRate * Math.Min(1, step / (double)WarmupSteps) * (1 - 0.9 * step / total);
        int matrices = (int)_model.Trunk.Shape.MatrixCount;
        int all = trunk.Length;
        Update(_model.Trunk.Weights[..matrices], trunk[..matrices], 0, WeightDecay);
        Update(_model.Trunk.Weights[matrices..], trunk[matrices..], matrices, 0);
        Update(_model.Head, _model.HeadGradients, all, 0);
        return loss;

        void Update(Span<float> weights, ReadOnlySpan<float> gradients, int at, double decay) =>
            AdamW.Update(weights, gradients, _first.AsSpan(at, weights.Length), _second.AsSpan(at, weights.Length), step, rate, decay, _adam);
    }

    private int Order(int step)
    {
        int epoch = step / _batches.Count;
        int[] order = [.. Enumerable.Range(0, _batches.Count)];
        SplitMix64.For(_options.Seed, "order", epoch).Shuffle(order.AsSpan());
        return order[step % _batches.Count];
    }

    private double Backward(RewardBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scores = _model.Scores(tensor(batch.Tokens, [batch.Rows, batch.Width]), tensor(batch.Positions));
        Tensor lines = nn.functional.binary_cross_entropy_with_logits(scores, tensor(batch.Labels));
        Tensor loss = lines;
        if (batch.Better.Length > 0 && _options.RankingWeight > 0)
        {
            Tensor products = nn.functional.logsigmoid(scores).SumBy(batch.AnswerOfLine, batch.Rows);
            Tensor margins = products.index_select(0, tensor(batch.Better)).Minus(products.index_select(0, tensor(batch.Worse)));
            loss = lines.Minus(nn.functional.logsigmoid(margins).mean() * tensor((float)_options.RankingWeight));
        }
        loss.backward();
        return lines.ToSingle();
    }

    private static double LogSigmoid(double logit) => logit >= 0 ? -Math.Log(1 + Math.Exp(-logit)) : logit - Math.Log(1 + Math.Exp(logit));
}
