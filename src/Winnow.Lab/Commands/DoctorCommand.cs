using System.CommandLine;
using Winnow.Torch.Native;

namespace Winnow.Lab.Commands;

/// <summary><c>winnow-lab doctor</c>: whether libtorch loads on this machine, and how.</summary>
internal static class DoctorCommand
{
    public static Command Create(TextWriter output)
    {
        Command command = new("doctor", "Say whether libtorch loads on this machine, and how.");
        command.SetAction(_ =>
        {
            TorchLoading loading = TorchRuntime.EnsureLoaded(Environment.ProcessorCount);
            double sum = TorchSharp.torch.ones(2, 2).matmul(TorchSharp.torch.ones(2, 2)).sum().item<float>();
            output.WriteLine($"ok    libtorch {TorchSharp.torch.__version__} loads ({loading}) and computes: {sum} is 8.");
            return LabApplication.Success;
        });
        return command;
    }
}
