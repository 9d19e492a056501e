using System.CommandLine;
using Winnow.Budgets;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Decoding.Constraints;
using Winnow.Decoding.Generation;
using Winnow.Endpoints;
using Winnow.Models;
using Winnow.Numerics;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow generate</c>: plain drawing with any sampler chain, or a search in its place.</summary>
internal static class GenerateVerb
{
    public static Command Create(Shell shell)
    {
        GenerateOptions options = new();
        Command command = new("generate", "Plain drawing: the model continues a text.");
        foreach (Option option in options.All)
        {
            command.Options.Add(option);
        }
        SpendingOptions spending = new();
        SpendingOptions.AddTo(command, spending.All.Where(option => option.Name != SpendingOptions.MaxAnswerTokensName).ToArray());
        command.SetAction((parsed, cancellationToken) => EndpointSpec.IsEndpoint(options.Read(parsed).Model)
            ? AtEndpointAsync(options.Read(parsed), spending.Read(parsed), shell, cancellationToken)
            : Task.FromResult(Run(options.Read(parsed), shell, cancellationToken)));
        return command;
    }

    private static Task<int> AtEndpointAsync(GenerateRequest request, SpendingRequest spending, Shell shell, CancellationToken cancellationToken) => request.Fault() is { } fault
        ? throw new RequestException(fault)
        : EndpointGeneration.RunAsync(request, spending, shell, cancellationToken);

    private static int Run(GenerateRequest request, Shell shell, CancellationToken cancellationToken)
    {
        if (request.Fault() is { } fault)
        {
            throw new RequestException(fault);
        }
        using ModelShelf models = new(request.PromptFolder, shell);
        DecodingMethod? method = SamplerSource.Method(request.Decoding, request.Draft is { } draft ? models.Open(draft) : null);
        Grammar? grammar = request.Constraint.Load(shell);
        string prompt = request.ReadPrompt(shell);
        using MeteredModel model = new(models.Open(request.Model));
        GenerationOptions options = new()
        {
            Chain = SamplerSource.Chain(request.Sampler, request.Temperature, grammar is null ? null : ConstraintSource.Stage(grammar, model), model),
            Samples = request.Samples,
            StopStrings = [.. request.Stop],
            ReportedCandidates = request.Candidates ?? 0,
        };
        options = request.MaxTokens is { } most ? options with { MaxTokens = most } : options;
        int[] tokens = PromptLimits.Encode(model, prompt);
        IUniforms uniforms = HashedUniforms.For(request.Seed, "generate");
        GenerateOutput output = new(request, options, model.Vocabulary, shell);
        long start = shell.Time.GetTimestamp();
        bool stopped = false;
        try
        {
            if (method is null)
            {
                output.Draw(TextGenerator.Stream(model, tokens, options, uniforms, cancellationToken));
            }
            else
            {
                output.Add(method.Run(model, tokens, options, uniforms, cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            stopped = true;
        }
        output.Finish(new GenerationSummary
        {
            Model = model.Info.Name,
            Prompt = prompt,
            Usage = new Usage
            {
                PromptTokens = (long)tokens.Length * request.Samples,
                ForwardTokens = model.ForwardTokens,
                TokensGenerated = output.TokensGenerated,
                Calls = request.Samples,
            },
            WallSeconds = shell.Time.GetElapsedTime(start).TotalSeconds,
        });
        return stopped ? ExitCodes.Stopped : ExitCodes.Done;
    }
}
