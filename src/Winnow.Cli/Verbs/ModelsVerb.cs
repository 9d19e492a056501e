using System.CommandLine;
using Spectre.Console;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Embedded;
using Winnow.Endpoints;
using Winnow.Inference;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow models [NAME|PATH]</c>: what draws and judges.</summary>
internal static class ModelsVerb
{
    public static Command Create(Shell shell)
    {
        Argument<string?> name = new("NAME|PATH") { Arity = ArgumentArity.ZeroOrOne, Description = "A bundled model, a folder, a GGUF or a safetensors file, to see what it is; or openai:MODEL@URL, to find out what an endpoint can do." };
        name.CompletionSources.Add([.. ModelShelf.Names]);
        Option<bool> json = CommonOptions.Json();
        Option<bool> refresh = new("--refresh") { Description = "Ask an endpoint again, whatever was found before." };
        SpendingOptions spending = new();
        Command command = new("models", "Bundled models, and what a model file, a folder or an endpoint is.") { name, refresh, json };
        SpendingOptions.AddTo(command, spending.OfEndpoint);
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(name) switch
        {
            null => Task.FromResult(ShowAll(parsed.GetValue(json), shell)),
            var one when EndpointSpec.IsEndpoint(one) => EndpointView.ShowAsync(one, spending.Read(parsed), parsed.GetValue(refresh), parsed.GetValue(json), shell, cancellationToken),
            var one => Task.FromResult(ShowOne(one, parsed.GetValue(json), shell)),
        });
        return command;
    }

    private static int ShowAll(bool json, Shell shell)
    {
        EmbeddedManifest manifest = Manifest.Required;
        ModelsDocument document = new()
        {
            Models = [.. manifest.Models.Select(model => new ModelSummaryDocument(model.Key, model.Value.Kind, model.Value.Summary, model.Key == manifest.DefaultModel))],
        };
        if (json)
        {
            JsonOutput.Write(shell.Output, document);
            return ExitCodes.Done;
        }
        Grid grid = Columns.Two();
        foreach (ModelSummaryDocument model in document.Models)
        {
            Columns.Add(grid, model.Name, model.Description + (model.IsDefault ? " (default)" : ""));
        }
        shell.ResultConsole().Write(grid);
        shell.Output.WriteLine();
        shell.Output.WriteLine("Files and folders work too: FILE.gguf, or config.json with *.safetensors and tokenizer.json, of Llama, Qwen 2 and Qwen 3 decoders, and of BERT encoders for embed. So do endpoints: openai:MODEL@URL.");
        return ExitCodes.Done;
    }

    private static int ShowOne(string name, bool json, Shell shell)
    {
        ModelFileInfo info = RequestException.Reading(() => ModelFileInfo.Read(ModelShelf.PathOf(name)));
        if (json)
        {
            JsonOutput.Write(shell.Output, new ModelDocument
            {
                Name = info.Name,
                Format = info.Format,
                Architecture = info.Architecture,
                Parameters = info.Parameters,
                Layers = info.Settings?.Layers ?? info.Encoder?.Layers,
                Width = info.Settings?.Width ?? info.Encoder?.Width,
                VocabularySize = info.VocabularySize,
                ContextLength = info.Settings?.ContextLength ?? info.Encoder?.ContextLength,
                Types = [.. info.Types.Select(type => new StoredTypeDocument(type.Type, type.Tensors, type.Numbers, type.Bytes))],
                FileBytes = info.FileBytes,
                WeightBytes = info.WeightBytes,
                KeyValueBytesPerToken = info.KeyValueBytesPerToken,
                VocabularyKind = info.VocabularyKind,
                HasChatTemplate = info.HasChatTemplate,
                Checksums = [.. info.Checksums.Select(sum => new ChecksumDocument(sum.Key, sum.Value))],
                Unsupported = info.Unsupported,
            });
            return ExitCodes.Done;
        }
        Grid grid = Columns.Two();
        foreach ((string what, string value) in Lines(info))
        {
            Columns.Add(grid, what, SafeText.Plain(value));
        }
        shell.ResultConsole().Write(grid);
        return ExitCodes.Done;
    }

    private static IEnumerable<(string What, string Value)> Lines(ModelFileInfo info)
    {
        yield return ("name", info.Name);
        yield return ("format", info.Format);
        yield return ("architecture", info.Architecture);
        yield return ("parameters", FormattableString.Invariant($"{info.Parameters:N0}"));
        if (info.Settings is { } shape)
        {
            yield return ("shape", FormattableString.Invariant(
                $"{shape.Layers} layers of width {shape.Width}, {shape.Heads} heads, {shape.KeyValueHeads} of keys and values"));
            yield return ("context", FormattableString.Invariant($"{shape.ContextLength:N0} tokens"));
        }
        if (info.Encoder is { } encoder)
        {
            yield return ("shape", FormattableString.Invariant($"{encoder.Layers} layers of width {encoder.Width}, {encoder.Heads} heads"));
            yield return ("context", FormattableString.Invariant($"{encoder.ContextLength:N0} tokens"));
        }
        yield return ("types", string.Join(", ", info.Types.Select(type => FormattableString.Invariant($"{type.Type} ({type.Tensors} {(type.Tensors == 1 ? "tensor" : "tensors")}, {Megabytes(type.Bytes)})"))));
        yield return ("file", Megabytes(info.FileBytes));
        yield return ("memory", $"{Megabytes(info.WeightBytes)} for weights"
            + (info.KeyValueBytesPerToken > 0 ? FormattableString.Invariant($", {info.KeyValueBytesPerToken * 1024 / 1e6:N1} MB for every 1,024 tokens held") : ""));
        yield return ("vocabulary", info.VocabularyKind is not { } kind ? "none" : info.VocabularySize is { } size ? FormattableString.Invariant($"{kind}, {size:N0} tokens") : kind);
        yield return ("chat template", info.HasChatTemplate ? "yes" : "none");
        foreach ((string file, string sum) in info.Checksums)
        {
            yield return ("sha256", $"{sum} {file}");
        }
        if (info.Unsupported.Count == 0)
        {
            yield return ("supported", info.Encoder is null ? "yes" : "as an encoder: winnow embed FILE --model FOLDER -o OUT");
        }
        foreach (string problem in info.Unsupported)
        {
            yield return ("unsupported", problem);
        }
    }

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e6:N1} MB");
}
