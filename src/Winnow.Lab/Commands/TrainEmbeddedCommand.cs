using System.CommandLine;
using System.Globalization;
using Winnow.Tasks.Families;
using Winnow.Torch.Models;
using Winnow.Torch.Native;
using Winnow.Torch.Training;
using Vocabulary = Winnow.Inference.Tokenizers.ModelTokenizer;

namespace Winnow.Lab.Commands;

/// <summary><c>winnow-lab train embedded</c>: trains an embedded model on generated problems.</summary>
internal static class TrainEmbeddedCommand
{
    private const int ProbeProblems = 100;
    private const ulong ProbeSeed = 20_260;

    /// <summary>Family and positions in its list of levels that are measured on the way.</summary>
    private static readonly (string Family, int[] Positions)[] Probed =
    [
        ("word_arith", [0, 2, 5]),
        ("multistep_arithmetic", [0, 2, 4]),
        ("word_sorting", [0, 2, 4]),
        ("list_functions", [0, 2]),
        ("object_counting", [1, 4]),
    ];

    private enum Size
    {
        Xs,
        S,
    }

    private enum Data
    {
        Mix,
        CopyDrill,
    }

    private sealed record Request(Size Size, Data Data, long? Tokens, ulong Seed, string Out, string? Tokenizer, bool IsResumed, int Threads, double? PeakRate, double? MatrixScale, double? EmbeddingScale);

    public static Command Create(TextWriter error)
    {
        Option<Size> size = new("--size") { Description = "xs: about 1 million parameters; s: about 3 million.", DefaultValueFactory = _ => Size.Xs };
        Option<Data> data = new("--data") { Description = "mix: all families with the curriculum; copydrill: copying alone, a quick test of settings.", DefaultValueFactory = _ => Data.Mix };
        Option<long?> tokens = new("--tokens") { Description = "Tokens to train on, padding not counted. Default 15,500,000; when resuming, the checkpoint's." };
        Option<ulong> seed = new("--seed") { Description = "Seed of initial values, data and order.", DefaultValueFactory = _ => 1UL };
        Option<string> output = new("--out") { Description = "Folder of tokenizer, log and checkpoints.", Required = true };
        Option<string?> tokenizer = new("--tokenizer") { Description = "A tokenizer.json to use. Default: the one in the folder, else one is trained." };
        Option<bool> resume = new("--resume") { Description = "Continue from the newest checkpoint in the folder." };
        Option<int> threads = new("--threads") { Description = "Threads of one operation. One is best where other programs run.", DefaultValueFactory = _ => 1 };
        Option<double?> rate = new("--learning-rate") { Description = "Peak learning rate. Default 1.5e-3 (xs), 1.2e-3 (s)." };
        Option<double?> matrixScale = new("--matrix-scale") { Description = "Standard deviation of the initial matrices. Default 0.06 (xs), 0.05 (s)." };
        Option<double?> embeddingScale = new("--embedding-scale") { Description = "Standard deviation of the initial embedding. Default: width to the power of -1/2." };
        Command command = new("embedded", "Train an embedded model on generated problems. Ctrl-C writes a checkpoint and stops.")
        {
            size, data, tokens, seed, output, tokenizer, resume, threads, rate, matrixScale, embeddingScale,
        };
        command.SetAction((parsed, cancellationToken) => Task.Run(() => Run(
            new Request(
                parsed.GetValue(size), parsed.GetValue(data), parsed.GetValue(tokens), parsed.GetValue(seed), parsed.GetValue(output)!, parsed.GetValue(tokenizer),
                parsed.GetValue(resume), parsed.GetValue(threads), parsed.GetValue(rate), parsed.GetValue(matrixScale), parsed.GetValue(embeddingScale)),
            error,
            cancellationToken)));
        return command;
    }

    private static int Run(Request request, TextWriter error, CancellationToken cancellationToken)
    {
        CheckpointStore store = new(Path.Combine(request.Out, "checkpoints"));
        string? checkpoint = store.Latest();
        if (checkpoint is null && request.IsResumed)
        {
            throw new ArgumentException($"There is no checkpoint in {store.Folder}; leave --resume out to begin.");
        }
        if (checkpoint is not null && !request.IsResumed)
        {
            throw new ArgumentException($"{store.Folder} already holds {Path.GetFileName(checkpoint)}; add --resume to continue, or name another folder.");
        }
        Directory.CreateDirectory(request.Out);
        TorchLoading loading = TorchRuntime.EnsureLoaded(request.Threads);
        error.WriteLine($"libtorch loaded ({loading}), {request.Threads} thread(s)");

        Vocabulary vocabulary = Tokenizer(request, error);
        (int begin, int end, int padding) = TrainedModel.FindSpecial(vocabulary);

        CheckpointInfo? saved = checkpoint is null ? null : CheckpointStore.ReadInfo(checkpoint);
        DecoderShape shape = saved?.Shape ?? (request.Size == Size.Xs ? DecoderShape.ExtraSmall(vocabulary.Size) : DecoderShape.Small(vocabulary.Size));
        if (shape.VocabularySize != vocabulary.Size)
        {
            throw new WinnowException($"The checkpoint has {shape.VocabularySize} tokens and the tokenizer {vocabulary.Size}; name the tokenizer it was trained with.");
        }
        TrainerOptions options = saved?.Options ?? new TrainerOptions
        {
            TotalTokens = request.Tokens ?? 15_500_000,
            LearningRate = new LearningRate { Peak = request.PeakRate ?? (request.Size == Size.Xs ? 1.5e-3 : 1.2e-3) },
            PaddingToken = padding,
            Seed = request.Seed,
        };
        options = options with { TotalTokens = request.Tokens ?? options.TotalTokens };

        using LlamaDecoder model = new(shape);
        InitialWeights.Fill(shape, request.MatrixScale ?? (request.Size == Size.Xs ? 0.06 : 0.05), request.EmbeddingScale, options.Seed, model.Weights);
        ISequenceSource source = request.Data == Data.Mix
            ? new TrainingMix(vocabulary, begin, end, shape.ContextLength, options.Seed)
            : new CopyDrillSource(vocabulary, begin, end, options.Seed);
        Trainer trainer = new(model, source, options);
        if (checkpoint is not null)
        {
            CheckpointStore.Restore(checkpoint, trainer);
        }
        error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shape.ParameterCount:N0} parameters, {vocabulary.Size} tokens, from {trainer.State.Tokens:N0} to {options.TotalTokens:N0} training tokens"));

        BatchGenerationOptions generation = new() { EndToken = end, PaddingToken = padding, MaxTokens = 330 };
        IEnumerable<(string, int)> cells = request.Data == Data.Mix
            ? Probed.SelectMany(cell => cell.Positions.Select(position => (cell.Family, TaskFamilies.Get(cell.Family).Levels[position])))
            : TaskFamilies.Get("copy").Levels.Select(level => ("copy", level));
        Probe probe = new(vocabulary, begin, generation, cells, ProbeProblems, ProbeSeed);
        TrainingRun run = new(trainer, store, new TrainingLog(Path.Combine(request.Out, "log.jsonl")), probe, new TrainingRunOptions());
        bool isFinished = run.Execute(new Progress(error), cancellationToken);
        error.WriteLine(isFinished ? $"Finished: {Path.Combine(store.Folder, TrainingRun.Final)}" : $"Stopped; continue with --resume. Checkpoint: {store.Latest()}");
        return isFinished ? LabApplication.Success : LabApplication.Stopped;
    }

    private static Vocabulary Tokenizer(Request request, TextWriter error)
    {
        string own = Path.Combine(request.Out, "tokenizer.json");
        if (request.Tokenizer is { } given)
        {
            if (!File.Exists(own) || !File.ReadAllBytes(own).AsSpan().SequenceEqual(File.ReadAllBytes(given)))
            {
                File.Copy(given, own, overwrite: !request.IsResumed);
            }
        }
        else if (!File.Exists(own))
        {
            error.WriteLine("Training a tokenizer…");
            TokenizerFile.Write(FamilyTokenizer.Train(request.Seed), own);
        }
        return Vocabulary.Load(own);
    }

    private sealed class Progress(TextWriter error) : IProgress<TrainingLogEntry>
    {
        public void Report(TrainingLogEntry value)
        {
            if (value.Probe is { } cells)
            {
                foreach (ProbeCell cell in cells)
                {
                    error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {cell.Family,-22} {cell.Level,2}: {cell.Accuracy,5:P0} right, {cell.StepAccuracy,5:P0} of lines"));
                }
                foreach (ProbeCell cell in cells.DistinctBy(c => c.Family, StringComparer.Ordinal))
                {
                    error.WriteLine($"  Q: {cell.Question}\n{cell.Sample}");
                }
                return;
            }
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Tokens,12:N0} tokens  step {value.Step,6}  loss {value.Loss:F3}  rate {value.LearningRate:E1}  {value.TokensPerSecond:N0} tokens/s"));
        }
    }
}
