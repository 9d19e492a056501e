using Winnow.Numerics;
using Winnow.Torch.Models;
using Winnow.Torch.Rewards;
using Winnow.Torch.Tests.Training;
using Winnow.Torch.Training;
using Xunit;

namespace Winnow.Torch.Tests.Models;

public sealed class CollectorTests
{
    private static readonly DecoderShape Tiny = new() { VocabularySize = 16, Width = 32, Layers = 2, Heads = 2, KeyValueHeads = 1, ContextLength = 32 };

    [Fact]
    public void Training_and_drawing_are_the_same_while_the_collector_runs_all_the_time()
    {
        (double[] losses, int[][] drawn) calm = Work();
        using BusyCollector collector = new();
        (double[] losses, int[][] drawn) = Work();
        Assert.Equal(calm.losses, losses);
        Assert.Equal(calm.drawn, drawn);
    }

    private static (double[] Losses, int[][] Drawn) Work()
    {
        using LlamaDecoder model = new(Tiny);
        InitialWeights.Fill(Tiny, 0.1, null, 5, model.Weights);
        Trainer trainer = new(model, new SyntheticCopySource(10), new TrainerOptions { TotalTokens = 60_000, PaddingToken = 0, PoolSize = 60, EarlyBatchTokens = 128, LearningRate = new LearningRate { Peak = 3e-3, WarmupSteps = 10 } });
        double[] losses = [.. Enumerable.Range(0, 25).Select(_ => trainer.Step().Loss)];
        BatchGenerationOptions options = new() { EndToken = 1, PaddingToken = 0, MaxTokens = 12, Temperature = 1, Uniforms = new HashedUniforms(5) };
        int[][] drawn = [.. BatchGeneration.Generate(model, [[2, 3], [4, 5, 6]], options, TestContext.Current.CancellationToken)];
        LabelledAnswer[] answers = [new(0, [2, 5, 6, 7, 1], 2, [4], [true], true), new(1, [2, 9, 1], 1, [2], [true], true)];
        return ([.. losses, .. AnswerLogProb.Of(model, answers, padding: 0)], drawn);
    }
}
