using System.CommandLine;
using System.Globalization;
using Winnow.Inference.Checkpoints;
using Winnow.Torch.Models;
using Winnow.Torch.Training;

namespace Winnow.Lab.Commands;

/// <summary><c>winnow-lab export</c>: turns a training checkpoint into a model folder.</summary>
internal static class ExportCommand
{
    public static Command Create(TextWriter error)
    {
        Option<string> checkpoint = new("--checkpoint") { Description = "Folder of a checkpoint: …/checkpoints/final, early, plateau or step-….", Required = true };
        Option<string?> tokenizer = new("--tokenizer") { Description = "Its tokenizer.json. Default: the one beside the folder of checkpoints." };
        Option<string> output = new("--out") { Description = "The model folder to write.", Required = true };
        Option<string> type = new("--type") { Description = "How weights are written.", DefaultValueFactory = _ => "f16" };
        type.AcceptOnlyFromAmong("f16", "bf16", "f32");
        Command command = new("export", "Write a checkpoint as a model folder: config.json, model.safetensors, tokenizer.json.") { checkpoint, tokenizer, output, type };
        command.SetAction(parsed =>
        {
            Export(parsed.GetValue(checkpoint)!, parsed.GetValue(tokenizer), parsed.GetValue(output)!, Enum.Parse<TensorType>(parsed.GetValue(type)!, ignoreCase: true));
            error.WriteLine($"Wrote {parsed.GetValue(output)}");
            return LabApplication.Success;
        });
        return command;
    }

    private static void Export(string checkpoint, string? tokenizer, string output, TensorType type)
    {
        TrainedModel trained = TrainedModel.Find(checkpoint, tokenizer);
        using LlamaDecoder model = trained.LoadDecoder();
        TrainingState state = trained.Info.State;
        Dictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            ["format"] = "pt",
            ["seed"] = trained.Info.Options.Seed.ToString(CultureInfo.InvariantCulture),
            ["tokens"] = state.Tokens.ToString(CultureInfo.InvariantCulture),
            ["steps"] = state.Step.ToString(CultureInfo.InvariantCulture),
            ["trainingSeconds"] = Math.Round(state.Seconds).ToString(CultureInfo.InvariantCulture),
        };
        ModelFolder.Write(output, model.Shape, model.Weights, trained.TokenizerFile, trained.Special, type, head: null, metadata);
    }
}
