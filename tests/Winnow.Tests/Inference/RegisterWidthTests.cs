using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Winnow.Inference;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Decoders;
using Winnow.Models;
using Winnow.Testing.Models;

namespace Winnow.Tests.Inference;

/// <summary>The whole decoder with wide registers switched off, in processes of its own: the same bits must come out.</summary>
public sealed class RegisterWidthTests
{
    private const string ResultVariable = "WINNOW_TEST_DIGEST_FILE";

    [Fact]
    public void Logits_are_bitwise_the_same_whatever_the_width_of_registers()
    {
        string? file = Environment.GetEnvironmentVariable(ResultVariable);
        if (file is not null)
        {
            File.WriteAllText(file, $"{Width()} {Digest()}");
            return;
        }
        string own = Digest();
        Assert.Equal($"256 {own}", InChild(Math.Min(256, Width()), ("DOTNET_EnableAVX512", "0"), ("DOTNET_EnableAVX512F", "0")));
        Assert.Equal($"128 {own}", InChild(128, ("DOTNET_EnableAVX512", "0"), ("DOTNET_EnableAVX512F", "0"), ("DOTNET_EnableAVX2", "0"), ("DOTNET_EnableAVX", "0")));
    }

    private static int Width() => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    private static string InChild(int width, params (string Name, string Value)[] variables)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "switches of register widths exist on x64");
        Assert.SkipUnless(Width() >= width, $"this machine has registers of {Width()} bits");
        string file = Path.GetTempFileName();
        try
        {
            string program = typeof(RegisterWidthTests).Assembly.Location;
            var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string argument in new[] { program, "-noColor", "-method", $"*{nameof(RegisterWidthTests)}.{nameof(Logits_are_bitwise_the_same_whatever_the_width_of_registers)}" })
            {
                start.ArgumentList.Add(argument);
            }
            start.Environment[ResultVariable] = file;
            foreach ((string name, string value) in variables)
            {
                start.Environment[name] = value;
            }
            using Process child = Process.Start(start)!;
            Task<string> errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.True(child.ExitCode == 0, output + errors.GetAwaiter().GetResult());
            return File.ReadAllText(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TensorType type in new[] { TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q8_0, TensorType.Q4_1, TensorType.Q5_0, TensorType.Q3_K, TensorType.Q6_K })
        {
            DecoderSettings shape = RandomDecoder.Settings(width: 256, inner: 256, layers: 1, heads: 8, keyValueHeads: 2, headWidth: 32, vocabulary: 50);
            using MemoryCheckpoint original = RandomDecoder.Checkpoint(shape, 9);
            using var stored = new StoredCheckpoint(original, _ => type);
            using DecoderModel model = DecoderModel.Create(shape, stored, new NumberedVocabulary(50), "width", WeightStorage.AsStored);
            using ISession session = model.Open(new SessionOptions { Threads = 2 });
            int row = session.Add([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
            for (int i = 0; i < 5; i++)
            {
                session.Forward(new TokenBatch([row], [1], [20 + i]), Read.LastLogits);
                hash.AppendData(MemoryMarshal.AsBytes(session.Logits(row, 13 + i)));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
