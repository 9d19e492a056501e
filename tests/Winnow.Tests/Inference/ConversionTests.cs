using System.Text.Json;
using Winnow.Inference;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Conversion;
using Winnow.Inference.Decoders;
using Winnow.Models;
using Winnow.Testing.Models;
using Winnow.Tests.Cli;

namespace Winnow.Tests.Inference;

public sealed class ConversionTests : IDisposable
{
    private static readonly int[] Prompt = [3, 200, 15, 99, 31, 7];

    private readonly string _work = Directory.CreateTempSubdirectory("winnow-convert-").FullName;

    public void Dispose() => Directory.Delete(_work, recursive: true);

    [Theory]
    [InlineData("llama", true)]
    [InlineData("llama", false)]
    [InlineData("qwen2", false)]
    [InlineData("qwen3", true)]
    public void A_folder_and_the_file_made_of_it_and_the_folder_made_of_that_give_bitwise_the_same_logits(string architecture, bool isTied)
    {
        string folder = Folder(architecture, isTied);
        string file = Path.Combine(_work, "model.gguf");
        string back = Path.Combine(_work, "back");
        ConversionReport report = GgufConversion.Convert(folder, file, TensorType.F32, TestContext.Current.CancellationToken);
        Assert.Equal(0, report.LargestError);
        Assert.Equal(new FileInfo(file).Length, report.Bytes);
        FolderConversion.Convert(file, back, TensorType.F32, TestContext.Current.CancellationToken);
        float[] expected = Logits(DecoderModel.Load(folder, Vocabulary));
        Assert.Equal(expected, Logits(DecoderModel.LoadGguf(file, Vocabulary)));
        Assert.Equal(expected, Logits(DecoderModel.Load(back, Vocabulary)));
        // Again, from the folder that came back: the same bytes but for the name.
        GgufConversion.Convert(back, file + "2", TensorType.F32, TestContext.Current.CancellationToken);
        using GgufFile first = GgufFile.Open(file);
        using GgufFile second = GgufFile.Open(file + "2");
        Assert.Equal(first.Metadata.Keys, second.Metadata.Keys);
        foreach (string key in first.Metadata.Keys.Where(key => first.Metadata.Describe(key).Kind == GgufValueKind.Text && key != "general.name"))
        {
            Assert.Equal(first.Metadata.Text(key), second.Metadata.Text(key));
        }
    }

    [Theory]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.Q8_0)]
    [InlineData(TensorType.Q4_0)]
    public void Rounded_types_are_smaller_and_nearly_right(TensorType type)
    {
        string folder = Folder("llama", isTied: false);
        string file = Path.Combine(_work, "model.gguf");
        ConversionReport report = GgufConversion.Convert(folder, file, type, TestContext.Current.CancellationToken);
        Assert.InRange(report.LargestError, 1e-6, type == TensorType.Q4_0 ? 0.2 : 0.01);
        using GgufFile written = GgufFile.Open(file);
        Assert.Equal(type, written.Tensors["blk.0.attn_q.weight"].Type);
        Assert.Equal(TensorType.F32, written.Tensors["blk.0.attn_norm.weight"].Type);
        float[] expected = Logits(DecoderModel.Load(folder, Vocabulary));
        float[] actual = Logits(DecoderModel.LoadGguf(file, Vocabulary));
        double error = Math.Sqrt(expected.Zip(actual, (e, a) => (double)(e - a) * (e - a)).Average());
        double size = Math.Sqrt(expected.Average(e => (double)e * e));
        Assert.InRange(error / size, 1e-6, type == TensorType.Q4_0 ? 0.7 : 0.05);
    }

    [Fact]
    public void Rotary_scalings_survive_both_ways()
    {
        foreach (object scaling in new object[]
        {
            new { rope_type = "linear", factor = 2.0 },
            new { rope_type = "yarn", factor = 4.0, original_max_position_embeddings = 64 },
            new { rope_type = "llama3", factor = 8.0, low_freq_factor = 1.0, high_freq_factor = 4.0, original_max_position_embeddings = 8192 },
        })
        {
            string folder = Folder("llama", isTied: true, scaling);
            string file = Path.Combine(_work, "scaled.gguf");
            string back = Path.Combine(_work, $"back {scaling.GetHashCode()}");
            GgufConversion.Convert(folder, file, TensorType.F32, TestContext.Current.CancellationToken);
            FolderConversion.Convert(file, back, TensorType.F32, TestContext.Current.CancellationToken);
            float[] expected = Logits(DecoderModel.Load(folder, Vocabulary));
            AssertClose(expected, Logits(DecoderModel.LoadGguf(file, Vocabulary)));
            AssertClose(expected, Logits(DecoderModel.Load(back, Vocabulary)));
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_cannot_be_written_is_refused_by_name()
    {
        string folder = Folder("llama", isTied: true, new { rope_type = "dynamic", factor = 2.0 });
        string file = Path.Combine(_work, "model.gguf");
        Assert.Contains("Dynamic", Assert.Throws<WinnowException>(() => GgufConversion.Convert(folder, file, TensorType.F32, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => GgufConversion.Convert(folder, file, TensorType.Q5_0, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(file));
        Assert.Contains("not empty", Assert.Throws<WinnowException>(() => FolderConversion.Convert(file, folder, TensorType.F32, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_and_models_tell_what_they_wrote_and_read()
    {
        using TinyModelFolder tiny = new();
        string file = Path.Combine(_work, "tiny.gguf");
        InProcess.Run converted = await InProcess.RunAsync("convert", tiny.Path, "-o", file, "--type", "f16", "--json");
        Assert.Equal(0, converted.ExitCode);
        Assert.Equal("F16", converted.Json.GetProperty("type").GetString());
        InProcess.Run shown = await InProcess.RunAsync("models", file, "--json");
        Assert.Equal(0, shown.ExitCode);
        JsonElement model = shown.Json;
        Assert.Equal("GGUF 3", model.GetProperty("format").GetString());
        Assert.Equal(257, model.GetProperty("vocabularySize").GetInt32());
        Assert.Equal("gpt2 (gpt-2)", model.GetProperty("vocabularyKind").GetString());
        Assert.Equal(64, model.GetProperty("checksums")[0].GetProperty("sha256").GetString()!.Length);
        Assert.Empty(model.GetProperty("unsupported").EnumerateArray());
        Assert.Contains("llama", (await InProcess.RunAsync("models", file)).Output, StringComparison.Ordinal);
        InProcess.Run back = await InProcess.RunAsync("convert", file, "-o", Path.Combine(_work, "folder"), "--type", "bf16");
        Assert.Equal(0, back.ExitCode);
        Assert.Contains("BF16", back.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_names_what_is_not_supported()
    {
        string file = Path.Combine(_work, "other.gguf");
        GgufMetadataBuilder metadata = new GgufMetadataBuilder().Add("general.architecture", "mamba").Add("tokenizer.ggml.model", "rwkv");
        GgufWriter.Write(file, metadata, [new StoredTensor("x", TensorType.IQ2_S, [1, 256])], (_, bytes) => bytes.Clear(), TestContext.Current.CancellationToken);
        InProcess.Run shown = await InProcess.RunAsync("models", file, "--json");
        Assert.Equal(0, shown.ExitCode);
        string[] unsupported = [.. shown.Json.GetProperty("unsupported").EnumerateArray().Select(u => u.GetString()!)];
        Assert.Contains(unsupported, u => u.Contains("mamba", StringComparison.Ordinal));
        Assert.Contains(unsupported, u => u.Contains("IQ2_S", StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Null, shown.Json.GetProperty("layers").ValueKind);
    }

    [Theory]
    [InlineData("q3_k", "\"q3_k\" is no type")]
    [InlineData("bf16", "\"bf16\" is no type")]
    public async Task A_type_that_is_not_written_is_refused(string type, string expected)
    {
        using TinyModelFolder tiny = new();
        InProcess.Run run = await InProcess.RunAsync("convert", tiny.Path, "-o", Path.Combine(_work, "tiny.gguf"), "--type", type);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private static NumberedVocabulary Vocabulary => new(257);

    private static float[] Logits(DecoderModel model)
    {
        using (model)
        {
            using ISession session = model.Open(new SessionOptions { Threads = 1 });
            return [.. session.Logits(session.Add(Prompt), Prompt.Length - 1)];
        }
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-4f);
        }
    }

    private string Folder(string architecture, bool isTied, object? scaling = null)
    {
        using var tiny = new TinyModelFolder();
        string folder = Directory.CreateDirectory(Path.Combine(_work, "folder")).FullName;
        foreach (string name in new[] { "tokenizer.json", "tokenizer_config.json" })
        {
            File.Copy(Path.Combine(tiny.Path, name), Path.Combine(folder, name), overwrite: true);
        }
        DecoderSettings settings = RandomDecoder.Settings(width: 64, inner: 96, heads: 4, keyValueHeads: 2, headWidth: 16, vocabulary: 257, isTied: isTied) with { Architecture = architecture };
        using MemoryCheckpoint checkpoint = RandomDecoder.Checkpoint(settings, 11, hasBias: architecture == "qwen2");
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), checkpoint.Tensors.Values, checkpoint.ReadFloats, cancellationToken: TestContext.Current.CancellationToken);
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["model_type"] = architecture,
            ["vocab_size"] = 257,
            ["hidden_size"] = 64,
            ["intermediate_size"] = 96,
            ["num_hidden_layers"] = settings.Layers,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["head_dim"] = 16,
            ["max_position_embeddings"] = 96,
            ["rms_norm_eps"] = 1e-5,
            ["tie_word_embeddings"] = isTied,
            ["rope_scaling"] = scaling,
        }));
        return folder;
    }
}
