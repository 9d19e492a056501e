using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Winnow.Inference.Checkpoints;
using Winnow.Torch.Models;
using Winnow.Torch.Native;
using Winnow.Torch.Rewards;

namespace Winnow.Lab.Commands;

/// <summary><c>winnow-lab train reward</c>: trains a process reward model on a policy's own answers.</summary>
internal static class TrainRewardCommand
{
    private const int MaxAnswerTokens = 330;

    /// <summary>Cells at which a policy of this size is often, not always, right.</summary>
    private static readonly (string Family, int Level)[] Cells =
    [
        ("word_arith", 8), ("word_arith", 12),
        ("multistep_arithmetic", 4), ("multistep_arithmetic", 5), ("multistep_arithmetic", 6), ("multistep_arithmetic", 8),
        ("word_sorting", 4), ("word_sorting", 5), ("word_sorting", 7),
        ("list_functions", 1), ("list_functions", 2), ("list_functions", 3), ("list_functions", 4),
        ("object_counting", 7), ("object_counting", 9),
    ];

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private sealed record Request(string Policy, string? Trunk, string? Tokenizer, string Out, int Problems, int Validation, int Samples, int Epochs, double Rate, ulong Seed, int Threads);

    /// <summary>What is written beside the model.</summary>
    private sealed record Figures(
        string Labels, int Answers, int ValidationAnswers, double ShareOfRightAnswers, double? LogProbWithinProblem, double? LogProbPooled,
        RewardEvaluation Best, IReadOnlyList<RewardEvaluation> Evaluations);

    public static Command Create(TextWriter error)
    {
        Option<string> policy = new("--policy") { Description = "Checkpoint folder of the model whose answers it learns from.", Required = true };
        Option<string?> trunk = new("--trunk") { Description = "Checkpoint folder whose weights it begins with. Default: the policy's." };
        Option<string?> tokenizer = new("--tokenizer") { Description = "The tokenizer.json. Default: the one of the policy's run." };
        Option<string> output = new("--out") { Description = "Model folder to write.", Required = true };
        Option<int> problems = new("--problems") { Description = "Training problems.", DefaultValueFactory = _ => 4000 };
        Option<int> validation = new("--validation") { Description = "Problems that decide when to stop.", DefaultValueFactory = _ => 320 };
        Option<int> samples = new("--samples") { Description = "Answers to each problem, at temperature 1.", DefaultValueFactory = _ => 8 };
        Option<int> epochs = new("--epochs") { Description = "Passes over the answers at most.", DefaultValueFactory = _ => 3 };
        Option<double> rate = new("--learning-rate") { Description = "Peak learning rate.", DefaultValueFactory = _ => 5e-4 };
        Option<ulong> seed = new("--seed") { Description = "Seed of problems, answers and order.", DefaultValueFactory = _ => 1UL };
        Option<int> threads = new("--threads") { Description = "Threads of one operation.", DefaultValueFactory = _ => 1 };
        Command command = new("reward", "Train a process reward model on a policy's own answers, its steps labelled by the families' oracles.")
        {
            policy, trunk, tokenizer, output, problems, validation, samples, epochs, rate, seed, threads,
        };
        command.SetAction((parsed, cancellationToken) => Task.Run(() => Run(
            new Request(
                parsed.GetValue(policy)!, parsed.GetValue(trunk), parsed.GetValue(tokenizer), parsed.GetValue(output)!, parsed.GetValue(problems), parsed.GetValue(validation),
                parsed.GetValue(samples), parsed.GetValue(epochs), parsed.GetValue(rate), parsed.GetValue(seed), parsed.GetValue(threads)),
            error,
            cancellationToken)));
        return command;
    }

    private static int Run(Request request, TextWriter error, CancellationToken cancellationToken)
    {
        TorchRuntime.EnsureLoaded(request.Threads);
        TrainedModel policy = TrainedModel.Find(request.Policy, request.Tokenizer);
        using LlamaDecoder drawing = policy.LoadDecoder();
        BatchGenerationOptions generation = new() { EndToken = policy.Special.End, PaddingToken = policy.Special.Padding, MaxTokens = MaxAnswerTokens, Temperature = 1, Uniforms = new Numerics.HashedUniforms(request.Seed) };

        IReadOnlyList<LabelledAnswer> Draw(string part, int problems) =>
            new AnswerSampler(drawing, policy.Vocabulary, policy.Special.Begin, generation, Cells, Numerics.Seeds.Derive(request.Seed, part))
                .Draw(problems, request.Samples, new Counter(error, part, problems), cancellationToken);
        IReadOnlyList<LabelledAnswer> validation = Draw("validation", request.Validation);
        IReadOnlyList<LabelledAnswer> answers = Draw("training", request.Problems);

        bool[] isRight = [.. validation.Select(answer => answer.IsRight)];
        int[] numbers = [.. validation.Select(answer => answer.Problem)];
        IReadOnlyList<double> logProbs = AnswerLogProb.Of(drawing, validation, policy.Special.Padding);
        double? within = Ranking.WithinProblems(logProbs, isRight, numbers);
        error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{isRight.Count(right => right) / (double)isRight.Length:P1} of the answers are right; the policy's log-probability ranks them with a within-problem AUROC of {within:F3}"));

        using RewardModel model = new((request.Trunk is { } trunk ? TrainedModel.Find(trunk, request.Tokenizer) : policy).LoadDecoder());
        List<RewardEvaluation> evaluations = [];
        RewardTrainer trainer = new(model, answers, validation, new RewardTrainerOptions { Epochs = request.Epochs, LearningRate = request.Rate, PaddingToken = policy.Special.Padding, Seed = request.Seed });
        RewardEvaluation best = trainer.Train(new Watcher(error, evaluations), cancellationToken);

        ModelFolder.Write(request.Out, model.Trunk.Shape, model.Trunk.Weights, policy.TokenizerFile, policy.Special, TensorType.F16, model.ExportHead());
        Figures figures = new("oracle, each step given the steps before it", answers.Count, validation.Count, isRight.Count(right => right) / (double)isRight.Length, within, Ranking.Pooled(logProbs, isRight), best, evaluations);
        File.WriteAllText(Path.Combine(request.Out, "reward_training.json"), JsonSerializer.Serialize(figures, Json) + "\n");
        error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Wrote {request.Out}: within-problem AUROC {best.WithinProblem:F3} at step {best.Step}"));
        return cancellationToken.IsCancellationRequested ? LabApplication.Stopped : LabApplication.Success;
    }

    private sealed class Counter(TextWriter error, string part, int total) : IProgress<int>
    {
        private int _reported;

        public void Report(int value)
        {
            if (value < _reported + total / 10 && value < total)
            {
                return;
            }
            _reported = value;
            error.WriteLine($"{part}: about {value} of {total} problems answered");
        }
    }

    private sealed class Watcher(TextWriter error, List<RewardEvaluation> evaluations) : IProgress<RewardEvaluation>
    {
        public void Report(RewardEvaluation value)
        {
            evaluations.Add(value);
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {value.Step,5}  loss {value.Loss:F3}  within-problem AUROC {value.WithinProblem:F3}  pooled {value.Pooled:F3}  lines {value.StepAuroc:F3}"));
        }
    }
}
