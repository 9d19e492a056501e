using System.Globalization;
using Winnow.Inference;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Tokenizers;
using Winnow.Models;

namespace Winnow.Benchmarks.Inference;

/// <summary>What a model file takes of the process's memory, step by step.</summary>
internal static class ModelMemory
{
    public static void Run(string path)
    {
        Console.WriteLine("                        resident  managed, live  managed, committed  managed, allocated so far (MB)");
        Show("empty process");
        ModelTokenizer vocabulary = Tokenizer(path);
        Show("tokenizer");
        using DecoderModel model = DecoderModel.Load(path, vocabulary);
        Show("weights");
        using (ISession session = model.Open(new SessionOptions { MaxRows = 1, MaxCachedTokens = 64 }))
        {
            session.Add(vocabulary.Encode("The capital of France is"));
            session.Forward(new TokenBatch([0], [1], [1]), Read.LastLogits);
            Show("session, six tokens");
        }
        long file = File.Exists(path) ? new FileInfo(path).Length : Directory.GetFiles(path, "*.safetensors").Sum(f => new FileInfo(f).Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"file {file / 1e6:F1} MB, weights as they are laid out {model.WeightBytes / 1e6:F1} MB"));
    }

    private static ModelTokenizer Tokenizer(string path)
    {
        if (!File.Exists(path))
        {
            return ModelTokenizer.Load(path);
        }
        using GgufFile file = GgufFile.Open(path);
        return ModelTokenizer.FromGguf(file.Metadata);
    }

    private static void Show(string after)
    {
        double resident = Environment.WorkingSet / 1e6;
        double committed = GC.GetGCMemoryInfo().TotalCommittedBytes / 1e6;
        double allocated = GC.GetTotalAllocatedBytes() / 1e6;
        double live = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{after,-22}  {resident,8:F1}  {live,13:F1}  {committed,18:F1}  {allocated,24:F1}"));
    }
}
