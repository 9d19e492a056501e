using System.CommandLine;
using Spectre.Console;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Embedded;
using Winnow.Models;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow models [NAME|PATH]</c>: what draws and judges.</summary>
internal static class ModelsVerb
{
    public static Command Create(Shell shell)
    {
        Argument<string?> name = new("NAME|PATH") { Arity = ArgumentArity.ZeroOrOne, Description = "A bundled model or a folder, to load it and see what it is." };
        name.CompletionSources.Add([.. ModelShelf.Names]);
        Option<bool> json = CommonOptions.Json();
        Command command = new("models", "Bundled models, and what a model or folder is.") { name, json };
        command.SetAction(parsed => parsed.GetValue(name) is { } one
            ? ShowOne(one, parsed.GetValue(json), shell)
            : ShowAll(parsed.GetValue(json), shell));
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
        shell.Output.WriteLine("Folders work too: config.json of the Llama architecture, *.safetensors and tokenizer.json.");
        return ExitCodes.Done;
    }

    private static int ShowOne(string name, bool json, Shell shell)
    {
        using ModelShelf models = new();
        ModelInfo info = models.Open(name).Info;
        if (json)
        {
            JsonOutput.Write(shell.Output, new ModelDocument
            {
                Name = info.Name,
                Architecture = info.Architecture,
                Parameters = info.Parameters,
                Layers = info.Layers,
                Width = info.Width,
                VocabularySize = info.VocabularySize,
                ContextLength = info.ContextLength,
            });
            return ExitCodes.Done;
        }
        shell.Output.WriteLine(FormattableString.Invariant(
            $"{info.Name}: {info.Architecture}, {info.Parameters:N0} parameters, {info.Layers} layers of width {info.Width}, {info.VocabularySize:N0} tokens, context {info.ContextLength:N0}."));
        return ExitCodes.Done;
    }
}
