using TorchSharp;
using Winnow.Inference;
using Winnow.Inference.Checkpoints;
using Winnow.Models;
using Winnow.Torch.Models;
using Winnow.Torch.Training;
using Xunit;
using static TorchSharp.torch;

namespace Winnow.Torch.Tests.Models;

public sealed class ModelFolderTests : IDisposable
{
    private static readonly SpecialTokens Special = new(Begin: 1, End: 2, Padding: 0);
    private readonly string _folder = Directory.CreateTempSubdirectory("winnow-test-").FullName;
    private readonly string _tokenizer;
    private readonly LlamaDecoder _model;

    public ModelFolderTests()
    {
        _tokenizer = Path.Combine(_folder, "trained.json");
        var vocabulary = FamilyTokenizer.Train(1, examplesPerLevel: 2);
        TokenizerFile.Write(vocabulary, _tokenizer);
        DecoderShape shape = new() { VocabularySize = vocabulary.Size, Width = 24, Layers = 2, Heads = 3, ContextLength = 48 };
        _model = new LlamaDecoder(shape);
        InitialWeights.Fill(shape, 0.2, null, 6, _model.Weights);
    }

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(TensorType.F32, 0)]
    [InlineData(TensorType.F16, 6e-4)]
    public void Weights_survive_writing_and_reading(TensorType type, double relative)
    {
        string target = Path.Combine(_folder, "model");
        ModelFolder.Write(target, _model.Shape, _model.Weights, _tokenizer, Special, type);
        float[] read = new float[_model.Shape.ParameterCount];
        ModelFolder.ReadWeights(target, _model.Shape, read);
        ReadOnlySpan<float> weights = _model.Weights;
        for (int i = 0; i < read.Length; i++)
        {
            Assert.True(Math.Abs(read[i] - weights[i]) <= relative * Math.Abs(weights[i]) + (relative > 0 ? 1e-7 : 0), $"Element {i}: {weights[i]} became {read[i]}.");
        }
        Assert.Throws<WinnowException>(() => ModelFolder.ReadWeights(target, _model.Shape with { Layers = 3 }, new float[(_model.Shape with { Layers = 3 }).ParameterCount]));
    }

    [Fact]
    public void The_managed_engine_gives_the_same_logits()
    {
        string target = Path.Combine(_folder, "model");
        ModelFolder.Write(target, _model.Shape, _model.Weights, _tokenizer, Special, TensorType.F32);
        using DecoderModel managed = DecoderModel.Load(target);
        Assert.Equal(Special.Begin, managed.Vocabulary.BeginOfSequence);
        Assert.Equal(Special.End, managed.Vocabulary.EndOfSequence);
        Assert.Equal(_model.Shape.ParameterCount, managed.Info.Parameters);

        int[] tokens = [1, .. managed.Vocabulary.Encode("[steps] Q: Sort walnut quartz pillow\n pillow\n")];
        using DisposeScope scope = NewDisposeScope();
        Tensor expected = _model.forward(tensor(Array.ConvertAll(tokens, t => (long)t), [1, tokens.Length]));
        using ISession session = managed.Open(new SessionOptions());
        int row = session.Add(tokens);
        float[] actual = session.Logits(row, tokens.Length - 1).ToArray();
        for (int v = 0; v < actual.Length; v++)
        {
            Assert.Equal(expected[0, -1, v].ToSingle(), actual[v], 1e-3);
        }
    }

    [Fact]
    public void A_token_classifier_brings_its_head()
    {
        string target = Path.Combine(_folder, "reward");
        float[] head = [.. Enumerable.Range(0, _model.Shape.Width).Select(i => i / 10f)];
        ModelFolder.Write(target, _model.Shape, _model.Weights, _tokenizer, Special, TensorType.F32, new ScoreHead(head, 0.25f));
        using DecoderModel managed = DecoderModel.Load(target);
        Assert.NotNull(managed.Classifier);
        float[] hidden = new float[_model.Shape.Width];
        hidden[3] = 2;
        float[] score = new float[1];
        managed.Classifier.Score(hidden, score);
        Assert.Equal(0.25f + 2 * 0.3f, score[0], 1e-6);
    }
}
