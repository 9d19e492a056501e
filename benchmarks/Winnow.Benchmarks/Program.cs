using Winnow.Benchmarks.Inference;

switch (args)
{
    case ["model", var path]:
        ModelSpeed.Run(path);
        return;
    case ["model", var path, "--plot", var folder]:
        ModelGrowth.Run(path, folder);
        return;
}
BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
