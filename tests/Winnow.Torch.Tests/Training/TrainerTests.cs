using Winnow.Torch.Models;
using Winnow.Torch.Training;
using Xunit;

namespace Winnow.Torch.Tests.Training;

public sealed class TrainerTests
{
    private static readonly DecoderShape Tiny = new() { VocabularySize = 16, Width = 32, Layers = 2, Heads = 2, ContextLength = 32 };

    private static Trainer NewTrainer(LlamaDecoder model, ISequenceSource? source = null, double rate = 3e-3)
    {
        InitialWeights.Fill(model.Shape, 0.1, null, 5, model.Weights);
        return new Trainer(model, source ?? new SyntheticCopySource(10), new TrainerOptions
        {
            TotalTokens = 60_000,
            PaddingToken = 0,
            PoolSize = 60,
            EarlyBatchTokens = 128,
            LateBatchTokens = 256,
            LateBatchFrom = 1_500,
            LearningRate = new LearningRate { Peak = rate, WarmupSteps = 10 },
        });
    }

    [Fact]
    public void A_resumed_run_is_bitwise_the_uninterrupted_one_for_twenty_steps()
    {
        string folder = Directory.CreateTempSubdirectory("winnow-test-").FullName;
        try
        {
            using LlamaDecoder whole = new(Tiny);
            Trainer uninterrupted = NewTrainer(whole);
            double[] losses = [.. Enumerable.Range(0, 33).Select(_ => uninterrupted.Step().Loss)];

            using LlamaDecoder first = new(Tiny);
            Trainer before = NewTrainer(first);
            for (int i = 0; i < 13; i++)
            {
                Assert.Equal(losses[i], before.Step().Loss);
            }
            Assert.True(before.State.PoolBatches > 0, "The interruption should fall inside a pool.");
            string checkpoint = new CheckpointStore(folder).Save(before);

            using LlamaDecoder second = new(Tiny);
            Trainer after = new(second, new SyntheticCopySource(10), CheckpointStore.ReadInfo(checkpoint).Options);
            CheckpointStore.Restore(checkpoint, after);
            for (int i = 13; i < 33; i++)
            {
                Assert.Equal(losses[i], after.Step().Loss);
            }
            Assert.Equal(whole.Weights.ToArray(), second.Weights.ToArray());
            Assert.Equal(uninterrupted.State with { Seconds = 0 }, after.State with { Seconds = 0 });
            Assert.True(after.State.Pool > 1, "The steps should cross into later pools.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Sixty_four_short_problems_are_learned_by_heart()
    {
        const int Problems = 64;
        DecoderShape shape = Tiny with { Width = 64, Heads = 4 };
        using LlamaDecoder model = new(shape);
        SyntheticCopySource source = new(10, distinct: Problems);
        Trainer trainer = NewTrainer(model, source);
        while (!trainer.IsFinished)
        {
            trainer.Step();
        }

        TrainingSequence[] sequences = [.. Enumerable.Range(0, Problems).Select(i => source.Sequence(i, 0))];
        IReadOnlyList<int[]> answers = BatchGeneration.Generate(
            model,
            [.. sequences.Select(sequence => sequence.Tokens[..sequence.PromptLength])],
            new BatchGenerationOptions { EndToken = 1, PaddingToken = 0, MaxTokens = 8 },
            TestContext.Current.CancellationToken);
        int right = sequences.Zip(answers).Count(pair => pair.First.Tokens[pair.First.PromptLength..^1].AsSpan().SequenceEqual(pair.Second));
        Assert.True(right > 0.95 * Problems, $"{right} of {Problems} were right.");
    }

    [Fact]
    public void A_run_keeps_its_newest_two_checkpoints_and_its_milestones()
    {
        string folder = Directory.CreateTempSubdirectory("winnow-test-").FullName;
        try
        {
            using LlamaDecoder model = new(Tiny);
            Trainer trainer = NewTrainer(model);
            CheckpointStore store = new(folder);
            List<TrainingLogEntry> entries = [];
            TrainingRun run = new(trainer, store, new TrainingLog(Path.Combine(folder, "log.jsonl")), probe: null, new TrainingRunOptions
            {
                LogEvery = 5_000,
                CheckpointEvery = TimeSpan.Zero,
                EarlyMilestone = 10_000,
            });
            Assert.True(run.Execute(new Collector(entries), TestContext.Current.CancellationToken));

            string[] kept = [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
            Assert.Equal<IEnumerable<string>>(["early", "final", "plateau"], kept.Where(name => !name.StartsWith("step-", StringComparison.Ordinal)));
            Assert.Equal(2, kept.Count(name => name.StartsWith("step-", StringComparison.Ordinal)));
            Assert.InRange(CheckpointStore.ReadInfo(Path.Combine(folder, "early")).State.Tokens, 10_000, 11_000);
            Assert.InRange(CheckpointStore.ReadInfo(Path.Combine(folder, "plateau")).State.Tokens, 45_000, 46_000);
            Assert.Equal(12, entries.Count);
            Assert.Equal(12, File.ReadLines(Path.Combine(folder, "log.jsonl")).Count());
            Assert.True(entries[^1].Loss < entries[0].Loss);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_run_that_is_told_to_stop_writes_a_checkpoint_to_continue_from()
    {
        string folder = Directory.CreateTempSubdirectory("winnow-test-").FullName;
        try
        {
            using LlamaDecoder model = new(Tiny);
            Trainer trainer = NewTrainer(model);
            CheckpointStore store = new(folder);
            using CancellationTokenSource stop = new();
            TrainingRun run = new(trainer, store, new TrainingLog(Path.Combine(folder, "log.jsonl")), probe: null, new TrainingRunOptions { LogEvery = 2_000, EarlyMilestone = null });
            Assert.False(run.Execute(new Collector([], stop.Cancel), stop.Token));
            Assert.Equal(trainer.State, CheckpointStore.ReadInfo(store.Latest()!).State);
            Assert.InRange(trainer.State.Tokens, 2_000, 3_000);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_broken_checkpoint_is_named_in_the_error()
    {
        string folder = Directory.CreateTempSubdirectory("winnow-test-").FullName;
        try
        {
            using LlamaDecoder model = new(Tiny);
            Trainer trainer = NewTrainer(model);
            string checkpoint = new CheckpointStore(folder).Save(trainer);
            string arrays = Path.Combine(checkpoint, "arrays.f32");
            byte[] bytes = File.ReadAllBytes(arrays);
            bytes[100] ^= 1;
            File.WriteAllBytes(arrays, bytes);
            Assert.Contains("SHA-256", Assert.Throws<WinnowException>(() => CheckpointStore.Restore(checkpoint, trainer)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(arrays, bytes[..1000]);
            Assert.Contains("1000 bytes", Assert.Throws<WinnowException>(() => CheckpointStore.Restore(checkpoint, trainer)).Message, StringComparison.Ordinal);
            using LlamaDecoder other = new(Tiny with { Layers = 1 });
            Assert.Throws<WinnowException>(() => CheckpointStore.RestoreWeights(checkpoint, other));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_sequence_beyond_the_context_is_refused()
    {
        using LlamaDecoder model = new(Tiny with { ContextLength = 8 });
        Assert.Throws<ArgumentException>(() => NewTrainer(model).Step());
    }

    private sealed class Collector(List<TrainingLogEntry> entries, Action? then = null) : IProgress<TrainingLogEntry>
    {
        public void Report(TrainingLogEntry value)
        {
            entries.Add(value);
            then?.Invoke();
        }
    }
}
