using Winnow.Benchmarks.Inference;

if (args is ["model", var path])
{
    ModelSpeed.Run(path);
    return;
}
BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
