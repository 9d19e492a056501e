// Speed of the engine beside libtorch, in one process, turn by turn.
//   dotnet run -c Release --project benchmarks/Winnow.Torch.Benchmarks -- decode FOLDER [THREADS]
// Tokens a second of a decoder; FOLDER holds it.
//   dotnet run -c Release --project benchmarks/Winnow.Torch.Benchmarks -- FOLDER FILE [THREADS]
// Sentences a second of an encoder; FOLDER holds it, FILE one sentence on a line; the first 1,000 are read.
using System.Diagnostics;
using System.Globalization;
using Winnow.Inference.Embeddings;
using Winnow.Inference.Encoders;
using Winnow.Inference.Tokenizers;
using Winnow.Torch.Benchmarks;
using Winnow.Torch.Native;

const int Sentences = 1000;
const int Rounds = 5;

if (args is not [var folder, var file, .. var rest])
{
    Console.Error.WriteLine("usage: decode FOLDER [THREADS], or FOLDER FILE [THREADS]");
    return 2;
}
int threads = rest is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.ProcessorCount;
TorchRuntime.EnsureLoaded(threads);
if (folder == "decode")
{
    DecodeComparison.Run(file, threads);
    return 0;
}
string[] sentences = [.. File.ReadLines(file).Take(Sentences)];
using EncoderEmbedder embedder = EncoderEmbedder.Load(folder, new EmbeddingOptions { Threads = threads, Normalizes = true, Pooling = PoolingMode.Mean });
using EncoderModel shape = EncoderModel.Load(folder);
using TorchEncoder peer = new(folder, shape.Settings);
ModelTokenizer tokenizer = ModelTokenizer.Load(folder);
int[][] tokens = [.. sentences.Select(s => tokenizer.Encode(s, addSpecialTokens: true))];
var vectors = new float[sentences.Length * embedder.Width];
float[] theirs = [];
var own = new List<double>();
var torchTimes = new List<double>();
for (int round = 0; round <= Rounds; round++)
{
    long start = Stopwatch.GetTimestamp();
    embedder.Embed(sentences, vectors);
    double here = Stopwatch.GetElapsedTime(start).TotalSeconds;
    start = Stopwatch.GetTimestamp();
    theirs = peer.Embed(tokens);
    double there = Stopwatch.GetElapsedTime(start).TotalSeconds;
    if (round > 0)
    {
        own.Add(here);
        torchTimes.Add(there);
    }
}
double difference = vectors.Zip(theirs).Max(p => Math.Abs(p.First - p.Second));
double ownRate = sentences.Length / Median(own);
double torchRate = sentences.Length / Median(torchTimes);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{sentences.Length} sentences, {tokens.Sum(t => t.Length)} tokens, {threads} threads: here {ownRate:0} a second (text to vector), libtorch {torchRate:0} (tokens to vector), ratio {ownRate / torchRate:0.00}; vectors differ by at most {difference:0.0e+0}"));
return 0;

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
