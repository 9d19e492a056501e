using System.CommandLine;
using Winnow.Cli.Documents;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Conversion;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow convert SOURCE -o TARGET</c>: between model folders and GGUF files.</summary>
internal static class ConvertVerb
{
    public static Command Create(Shell shell)
    {
        Argument<string> source = new("SOURCE") { Description = "A model folder (config.json, *.safetensors, tokenizer.json), or a GGUF file." };
        Option<string> target = new("--output", "-o") { Description = "The GGUF file (FILE.gguf) or the new folder to write.", Required = true, HelpName = "PATH" };
        Option<string?> type = new("--type") { Description = "How matrices are written: f32, f16, q8_0 or q4_0 to GGUF; f32, f16 or bf16 to a folder. Default: f16.", HelpName = "TYPE" };
        type.CompletionSources.Add("f32", "f16", "bf16", "q8_0", "q4_0");
        Option<bool> json = CommonOptions.Json();
        Command command = new("convert", "Write a model folder as a GGUF file, or a GGUF file as a folder, and read it back.") { source, target, type, json };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            parsed.GetRequiredValue(source), parsed.GetRequiredValue(target), parsed.GetValue(type) ?? "f16", parsed.GetValue(json), shell, cancellationToken)));
        return command;
    }

    private static int Run(string source, string target, string typeName, bool json, Shell shell, CancellationToken cancellationToken)
    {
        bool toGguf = target.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);
        if (!Path.Exists(source))
        {
            throw new RequestException($"There is no \"{source}\". Name a model folder or a GGUF file.");
        }
        if (toGguf != Directory.Exists(source))
        {
            throw new RequestException(toGguf
                ? $"{source} is no folder: to write a GGUF file, name a folder with config.json, *.safetensors and tokenizer.json."
                : $"{source} is a folder: name the GGUF file to write, ending in .gguf.");
        }
        TensorType type = TypeNamed(typeName, toGguf);
        long start = shell.Time.GetTimestamp();
        ConversionReport report = RequestException.Reading(() => toGguf
            ? GgufConversion.Convert(source, target, type, cancellationToken)
            : FolderConversion.Convert(source, target, type, cancellationToken));
        double seconds = shell.Time.GetElapsedTime(start).TotalSeconds;
        foreach (string warning in report.Warnings)
        {
            shell.Error.WriteLine($"winnow: {warning}");
        }
        if (json)
        {
            JsonOutput.Write(shell.Output, new ConvertDocument
            {
                Source = source,
                Path = report.Path,
                Type = TensorTypes.NameOf(report.Type),
                Tensors = report.Tensors,
                Bytes = report.Bytes,
                LargestError = report.LargestError,
                Warnings = report.Warnings,
                WallSeconds = seconds,
            });
            return ExitCodes.Done;
        }
        string error = report.LargestError == 0 ? "every number as it was" : FormattableString.Invariant($"largest rounding error {report.LargestError:g3}");
        shell.Output.WriteLine(FormattableString.Invariant(
            $"{report.Path}: {report.Tensors} tensors as {TensorTypes.NameOf(report.Type)}, {report.Bytes / 1e6:N1} MB, read back: {error}."));
        return ExitCodes.Done;
    }

    private static TensorType TypeNamed(string name, bool toGguf)
    {
        IReadOnlyList<TensorType> types = toGguf ? GgufConversion.Types : FolderConversion.Types;
        foreach (TensorType type in types)
        {
            if (TensorTypes.NameOf(type).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return type;
            }
        }
        string known = string.Join(", ", types.Select(type => TensorTypes.NameOf(type).ToLowerInvariant()));
        throw new RequestException($"\"{name}\" is no type that {(toGguf ? "a GGUF file" : "a folder")} can be written in. Choose one of {known}.");
    }
}
