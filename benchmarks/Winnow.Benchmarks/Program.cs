using Winnow.Benchmarks;
using Winnow.Benchmarks.Inference;

switch (args)
{
    case ["model", var path]:
        ModelSpeed.Run(path);
        break;
    case ["model", var path, "--memory"]:
        ModelMemory.Run(path);
        break;
    case ["model", var path, "--plot", var folder]:
        ModelGrowth.Run(path, folder, byProcessor: false);
        break;
    case ["model", var path, "--plot", var folder, "--processor-time"]:
        ModelGrowth.Run(path, folder, byProcessor: true);
        break;
    case ["panels"]:
        PanelSpeed.Run();
        break;
    case ["samplers"]:
        SamplerSpeed.Run(Console.Out);
        break;
    case ["grammar", .. var models]:
        GrammarSpeed.Run(models, Console.Out);
        break;
    case ["metrics", .. var peers]:
        MetricSpeed.Run(peers.FirstOrDefault(), Console.Out);
        break;
    default:
        BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
