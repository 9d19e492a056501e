using Winnow.Numerics;
using Winnow.Tasks.Families;
using Winnow.Torch.Models;
using Winnow.Torch.Rewards;
using Winnow.Torch.Training;
using Xunit;
using Vocabulary = Winnow.Inference.Tokenizers.ModelTokenizer;

namespace Winnow.Torch.Tests.Training;

public sealed class TrainingMixTests
{
    private const int Begin = 1;
    private const int End = 2;
    private static readonly Lazy<Vocabulary> Tokenizer = new(() =>
    {
        string folder = Directory.CreateTempSubdirectory("winnow-test-").FullName;
        string file = Path.Combine(folder, "tokenizer.json");
        TokenizerFile.Write(FamilyTokenizer.Train(1, examplesPerLevel: 20), file);
        Vocabulary vocabulary = Vocabulary.Load(file);
        Directory.Delete(folder, recursive: true);
        return vocabulary;
    });

    private static TrainingMix NewMix(ulong seed = 7) => new(Tokenizer.Value, Begin, End, 512, seed);

    [Theory]
    [InlineData(0)]
    [InlineData(3_000_000)]
    [InlineData(9_000_000)]
    public void No_held_out_problem_is_in_it_not_even_as_a_demonstration(long tokensSeen)
    {
        TrainingMix mix = NewMix();
        int demonstrations = 0;
        int direct = 0;
        const int Examples = 2_000;
        for (int i = 0; i < Examples; i++)
        {
            TrainingSequence sequence = mix.Sequence(i, tokensSeen);
            Assert.InRange(sequence.Tokens.Length, 3, 512);
            Assert.Equal(Begin, sequence.Tokens[0]);
            Assert.Equal(End, sequence.Tokens[^1]);
            string prompt = Tokenizer.Value.Decode(sequence.Tokens.AsSpan(1, sequence.PromptLength - 1), skipSpecialTokens: false);
            Assert.EndsWith("\n", prompt, StringComparison.Ordinal);
            direct += prompt.Contains("[direct] Q: ", StringComparison.Ordinal) ? 1 : 0;
            foreach (string line in prompt.Split('\n'))
            {
                int at = line.IndexOf("] Q: ", StringComparison.Ordinal);
                if (at < 0)
                {
                    continue;
                }
                string question = line[(at + 5)..];
                demonstrations += line.StartsWith(PromptFormat.DemonstrationTag, StringComparison.Ordinal) ? 1 : 0;
                Assert.DoesNotContain(TaskFamilies.All, family => HoldOut.IsHeldOut(family.Id, question) && IsOf(family, question));
            }
        }
        Assert.InRange(direct / (double)Examples, 0.05, 0.11);
        Assert.InRange(demonstrations / (double)Examples, 0.06, 0.16);
    }

    private static bool IsOf(ITaskFamily family, string question)
    {
        try
        {
            family.CheckSteps(question, "");
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [Fact]
    public void A_sequence_is_a_function_of_its_number_and_later_stages_are_longer()
    {
        TrainingMix mix = NewMix();
        double Mean(long tokensSeen) => Enumerable.Range(0, 400).Average(i => mix.Sequence(i, tokensSeen).Tokens.Length);
        Assert.Equal(mix.Sequence(17, 0).Tokens, NewMix().Sequence(17, 0).Tokens);
        Assert.NotEqual(mix.Sequence(17, 0).Tokens, NewMix(8).Sequence(17, 0).Tokens);
        Assert.True(Mean(0) < Mean(3_000_000) && Mean(3_000_000) < Mean(7_000_000));
    }

    [Fact]
    public void Canonical_solutions_are_labelled_right_and_the_labels_stand_at_the_ends_of_lines()
    {
        DecoderShape shape = new() { VocabularySize = Tokenizer.Value.Size, Width = 16, Layers = 1, Heads = 2 };
        using LlamaDecoder policy = new(shape);
        InitialWeights.Fill(shape, 0.1, null, 1, policy.Weights);
        BatchGenerationOptions generation = new() { EndToken = End, PaddingToken = 0, MaxTokens = 40, Temperature = 1, Uniforms = new HashedUniforms(1) };
        AnswerSampler sampler = new(policy, Tokenizer.Value, Begin, generation, [("word_sorting", 3), ("multistep_arithmetic", 2)], seed: 4);
        IReadOnlyList<LabelledAnswer> answers = sampler.Draw(40, 4, cancellationToken: TestContext.Current.CancellationToken);
        foreach (LabelledAnswer answer in answers)
        {
            Assert.Equal(answer.StepPositions.Length, answer.StepLabels.Length);
            foreach (int position in answer.StepPositions)
            {
                Assert.True(position == answer.Tokens.Length - 1 || Tokenizer.Value.Bytes(answer.Tokens[position])[0] == (byte)'\n');
            }
            // Random weights write nothing that is right.
            Assert.False(answer.IsRight);
        }
    }

    [Fact]
    public void Copying_alone_is_learned_by_a_small_decoder_in_a_few_seconds()
    {
        DecoderShape shape = new() { VocabularySize = 40, Width = 64, Layers = 2, Heads = 4, ContextLength = 32 };
        using LlamaDecoder model = new(shape);
        InitialWeights.Fill(shape, 0.1, null, 1, model.Weights);
        Trainer trainer = new(model, new SyntheticCopySource(36), new TrainerOptions
        {
            TotalTokens = 250_000,
            PaddingToken = 0,
            PoolSize = 500,
            EarlyBatchTokens = 512,
            LearningRate = new LearningRate { Peak = 3e-3, WarmupSteps = 50 },
        });
        double loss = 0;
        int counted = 0;
        while (!trainer.IsFinished)
        {
            TrainingStep step = trainer.Step();
            if (step.State.Tokens <= 230_000)
            {
                continue;
            }
            loss += step.Loss;
            counted++;
        }
        // Guessing symbols costs ln 36 = 3.6 nats for each of them.
        Assert.True(loss / counted < 0.8, $"Loss {loss / counted:F3}.");
    }
}
