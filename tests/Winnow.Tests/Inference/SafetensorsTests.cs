using System.Text;
using CsCheck;
using Winnow.Inference.Checkpoints;

namespace Winnow.Tests.Inference;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("winnow-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(TensorType.F32)]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    public void What_is_written_is_read_again_rounded_to_its_type(TensorType type)
    {
        float[] values = [1, -2.5f, 0.1f, 65000, 1e-6f, 0];
        string path = Path.Combine(_folder, "a.safetensors");
        SafetensorsWriter.Write(
            path, [new("b.weight", [2, 3], values), new("a", [], new float[] { 7 }), new("empty", [0, 4], Array.Empty<float>())], type,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" });

        using SafetensorsFile file = SafetensorsFile.Open(path);
        var read = new float[6];
        file.ReadFloats("b.weight", read);
        Assert.Equal([2L, 3L], file.Tensors["b.weight"].Shape);
        Assert.Equal("pt", file.Metadata!["format"]);
        Assert.Equal(3, file.Tensors.Count);
        for (int i = 0; i < values.Length; i++)
        {
            float tolerance = type == TensorType.F32 ? 0 : Math.Max(1e-7f, Math.Abs(values[i]) * (type == TensorType.F16 ? 5e-4f : 4e-3f));
            Assert.InRange(read[i], values[i] - tolerance, values[i] + tolerance);
        }
    }

    [Fact]
    public void A_file_cut_off_anywhere_or_changed_in_its_header_is_refused_or_read_never_worse()
    {
        string path = Path.Combine(_folder, "whole.safetensors");
        SafetensorsWriter.Write(path, [new("a", [2, 2], new float[4]), new("b", [3], new float[3])]);
        byte[] whole = File.ReadAllBytes(path);
        string broken = Path.Combine(_folder, "broken.safetensors");
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[0, whole.Length - 1], Gen.Byte).Sample(
            (length, at, value) =>
            {
                byte[] bytes = [.. whole];
                bytes[at] = value;
                File.WriteAllBytes(broken, length % 2 == 0 ? bytes : bytes[..length]);
                try
                {
                    using SafetensorsFile file = SafetensorsFile.Open(broken);
                }
                catch (WinnowException error)
                {
                    Assert.Contains("broken.safetensors", error.Message, StringComparison.Ordinal);
                }
            },
            iter: 400, threads: 1);
    }

    [Fact]
    public void A_header_that_claims_more_than_the_file_holds_costs_no_memory()
    {
        string path = Path.Combine(_folder, "claims.safetensors");
        const string Header = """{"a":{"dtype":"F32","shape":[1000000000,4],"data_offsets":[0,16000000000]}}""";
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)Header.Length), .. Encoding.UTF8.GetBytes(Header), 0, 0, 0, 0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        WinnowException error = Assert.Throws<WinnowException>(() => SafetensorsFile.Open(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Contains("shape", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":{\"dtype\":\"\\ud800\",\"shape\":[],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"a\":{\"\\ud800\":1,\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"a\":5}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":{},\"data_offsets\":[0,0]}}")]
    public void A_header_with_broken_escapes_or_wrong_kinds_is_refused(string header)
    {
        string path = Path.Combine(_folder, "escapes.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header)]);
        Assert.Throws<WinnowException>(() => SafetensorsFile.Open(path));
    }

    [Fact]
    public void Tensors_that_do_not_fit_their_shape_or_share_a_name_are_not_written()
    {
        string path = Path.Combine(_folder, "never.safetensors");
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [new("a", [2], new float[3])]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [new("a", [1], new float[1]), new("a", [1], new float[1])]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [], TensorType.I8));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        string path = Path.Combine(_folder, "nowhere.safetensors");
        Assert.Contains(path, Assert.Throws<WinnowException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
    }
}
