using System.CommandLine;
using Winnow.Cli.Documents;
using Winnow.Inference.Embeddings;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow embed FILE --model PATH -o OUT</c>: a vector for every text of a file.</summary>
internal static class EmbedVerb
{
    private static readonly Dictionary<string, PoolingMode> Poolings = new(StringComparer.Ordinal)
    {
        ["mean"] = PoolingMode.Mean, ["cls"] = PoolingMode.Cls, ["last"] = PoolingMode.Last, ["weighted-mean"] = PoolingMode.WeightedMean,
    };

    public static Command Create(Shell shell)
    {
        Argument<string> file = new("FILE") { Description = "Texts, one on a line, or .jsonl with a string or an object with \"text\" on a line; - is standard input." };
        Option<string> model = new("--model", "-m") { Description = "Folder of an encoder (BERT family) or decoder, or a .gguf file.", HelpName = "PATH", Required = true };
        Option<string> output = new("--output", "-o") { Description = "File to write: .npy (float32, one row for each text) or .jsonl ({\"embedding\":[…]} for each text). It appears when it is whole.", HelpName = "FILE", Required = true };
        Option<string?> pooling = new("--pooling") { Description = $"How tokens become one vector: {string.Join(", ", Poolings.Keys)}. Default: as the model's folder says, else mean for encoders, last for decoders.", HelpName = "NAME" };
        pooling.CompletionSources.Add([.. Poolings.Keys]);
        Option<bool?> normalize = new("--normalize") { Description = "Scale vectors to length 1: true or false. Default: as the model's folder says, else false.", HelpName = "BOOL", Arity = ArgumentArity.ZeroOrOne };
        Option<int?> maxTokens = new("--max-tokens") { Description = "Longest text, in tokens; the rest is cut off. Default: as the model's folder says, else its context.", HelpName = "N" };
        Option<int> batch = new("--batch") { Description = "Texts that are read at once. Vectors do not depend on it.", HelpName = "N", DefaultValueFactory = _ => 512 };
        Option<int> threads = new("--threads") { Description = "Threads; 0: all cores. Vectors do not depend on it.", HelpName = "N" };
        Option<bool> resume = new("--resume") { Description = "Go on with what a stopped run left beside the output." };
        Option<bool> quiet = CommonOptions.Quiet();
        Option<bool> json = CommonOptions.Json();
        Command command = new("embed", "A vector for every text of a file, by an encoder or by the hidden states of a decoder.")
        {
            file, model, output, pooling, normalize, maxTokens, batch, threads, resume, quiet, json,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            new EmbedRequest
            {
                File = parsed.GetRequiredValue(file),
                Model = parsed.GetRequiredValue(model),
                Output = parsed.GetRequiredValue(output),
                Options = new EmbeddingOptions
                {
                    Pooling = parsed.GetValue(pooling) is { } name
                        ? Poolings.TryGetValue(name, out PoolingMode mode) ? mode : throw new RequestException($"There is no pooling \"{name}\"; choose one of {string.Join(", ", Poolings.Keys)}.")
                        : null,
                    Normalizes = parsed.GetResult(normalize) is null ? null : parsed.GetValue(normalize) ?? true,
                    MaxTokens = parsed.GetValue(maxTokens) is { } most ? most >= 3 ? most : throw new RequestException($"--max-tokens is {most}; it must be at least 3.") : null,
                    Threads = parsed.GetValue(threads) is >= 0 and var count ? count : throw new RequestException("--threads is a number of threads, or 0 for all cores."),
                },
                BatchTexts = parsed.GetValue(batch) is >= 1 and <= 65_536 and var texts ? texts : throw new RequestException("--batch is a number of texts, 1 to 65536."),
                IsResumed = parsed.GetValue(resume),
                IsQuiet = parsed.GetValue(quiet),
                IsJson = parsed.GetValue(json),
            },
            shell,
            cancellationToken)));
        return command;
    }

    /// <summary>Name of a pooling on the command line.</summary>
    public static string NameOf(PoolingMode pooling) => Poolings.Single(p => p.Value == pooling).Key;

    private static int Run(EmbedRequest request, Shell shell, CancellationToken cancellationToken)
    {
        EmbedDocument document = EmbedRun.Run(request, shell, cancellationToken);
        if (request.IsJson)
        {
            JsonOutput.Write(shell.Output, document);
        }
        else if (document.IsComplete)
        {
            shell.Output.WriteLine($"{document.Rows:N0} vectors of {document.Width} in {document.Output} ({document.Model}, {document.Pooling} pooling{(document.IsNormalized ? ", length 1" : "")}; {document.WallSeconds:0.0} s).");
        }
        return document.IsComplete ? ExitCodes.Done : ExitCodes.Stopped;
    }
}
