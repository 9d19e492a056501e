using Winnow.Numerics;
using Winnow.Torch.Models;
using Winnow.Torch.Rewards;
using Xunit;

namespace Winnow.Torch.Tests.Rewards;

public sealed class RewardTrainerTests
{
    private static readonly DecoderShape Tiny = new() { VocabularySize = 16, Width = 32, Layers = 2, Heads = 2, ContextLength = 32 };

    /// <summary>Three lines of two symbols and a line feed (token 1); a line is right when its symbols are equal. Some problems are easier.</summary>
    private static List<LabelledAnswer> Answers(int problems, ulong seed)
    {
        List<LabelledAnswer> answers = [];
        for (int problem = 0; problem < problems; problem++)
        {
            SplitMix64 random = SplitMix64.For(seed, "problem", problem);
            double ease = random.NextDouble();
            for (int sample = 0; sample < 4; sample++)
            {
                List<int> tokens = [2];
                List<int> positions = [];
                List<bool> labels = [];
                for (int line = 0; line < 3; line++)
                {
                    int symbol = 4 + random.Below(12);
                    bool isRight = random.Chance(ease);
                    tokens.AddRange([symbol, isRight ? symbol : 4 + (symbol - 4 + 1 + random.Below(11)) % 12, 1]);
                    positions.Add(tokens.Count - 1);
                    labels.Add(isRight);
                }
                answers.Add(new LabelledAnswer(problem, [.. tokens], 1, [.. positions], [.. labels], labels.TrueForAll(label => label)));
            }
        }
        return answers;
    }

    [Fact]
    public void It_learns_to_tell_right_lines_from_wrong_ones_and_keeps_its_best_weights()
    {
        LlamaDecoder trunk = new(Tiny);
        InitialWeights.Fill(Tiny, 0.15, null, 3, trunk.Weights);
        using RewardModel model = new(trunk);
        RewardTrainer trainer = new(model, Answers(400, 1), Answers(60, 2), new RewardTrainerOptions
        {
            PaddingToken = 0,
            Epochs = 60,
            LearningRate = 3e-3,
            BatchTokens = 640,
            EvaluateEvery = 75,
            Patience = 30,
        });
        List<RewardEvaluation> evaluations = [];
        RewardEvaluation best = trainer.Train(new Collector(evaluations), TestContext.Current.CancellationToken);
        Assert.Equal(0.5, evaluations[0].WithinProblem);
        Assert.True(best.WithinProblem > 0.95, $"Within-problem AUROC {best.WithinProblem}.");
        Assert.Equal(evaluations.Max(e => e.WithinProblem), best.WithinProblem);

        List<LabelledAnswer> validation = Answers(60, 2);
        Assert.Equal(best.WithinProblem, Ranking.WithinProblems(trainer.ValidationScores(), [.. validation.Select(a => a.IsRight)], [.. validation.Select(a => a.Problem)]));
    }

    [Fact]
    public void The_log_probability_of_an_answer_is_the_sum_over_its_tokens_alone_or_padded()
    {
        using LlamaDecoder model = new(Tiny);
        InitialWeights.Fill(Tiny, 0.3, null, 3, model.Weights);
        LabelledAnswer[] answers =
        [
            new(0, [2, 5, 6, 7, 1], 2, [4], [true], true),
            new(1, [2, 9, 1], 1, [2], [true], true),
        ];
        IReadOnlyList<double> sums = AnswerLogProb.Of(model, answers, padding: 0);
        for (int i = 0; i < answers.Length; i++)
        {
            double[][] logits = Models.PlainLlama.Logits(Tiny, model.Weights, answers[i].Tokens);
            double expected = 0;
            for (int t = answers[i].PromptLength; t < answers[i].Tokens.Length; t++)
            {
                expected += logits[t - 1][answers[i].Tokens[t]] - Math.Log(logits[t - 1].Sum(Math.Exp));
            }
            Assert.Equal(expected, sums[i], 1e-4);
        }
    }

    private sealed class Collector(List<RewardEvaluation> evaluations) : IProgress<RewardEvaluation>
    {
        public void Report(RewardEvaluation value) => evaluations.Add(value);
    }
}
