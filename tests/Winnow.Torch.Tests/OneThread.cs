using System.Runtime.CompilerServices;
using Winnow.Torch.Native;

namespace Winnow.Torch.Tests;

/// <summary>Test classes run side by side; threads of one operation that wait for each other would only slow them down.</summary>
internal static class OneThread
{
    [ModuleInitializer]
    internal static void Set() => TorchRuntime.EnsureLoaded(threads: 1);
}
