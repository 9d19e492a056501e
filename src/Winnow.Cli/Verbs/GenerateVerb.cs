using System.CommandLine;
using Winnow.Budgets;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Models;
using Winnow.Numerics;
using Winnow.Rendering;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow generate</c>: plain drawing.</summary>
internal static class GenerateVerb
{
    private sealed record Request(string Prompt, string? Model, int Samples, double Temperature, int? MaxTokens, ulong Seed, bool Json);

    public static Command Create(Shell shell)
    {
        Option<string> prompt = new("--prompt", "-p") { Description = "Text that the model continues, as it is.", Required = true, HelpName = "TEXT" };
        Option<int> samples = new("-n", "--samples") { Description = "How many draws.", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<double> temperature = new("--temperature", "-t") { Description = "Sampling temperature; 0 takes the most probable token.", HelpName = "T", DefaultValueFactory = _ => 1 };
        Option<int?> maxTokens = new("--max-tokens") { Description = "Most tokens of one draw. Default: 256, or what the context leaves.", HelpName = "TOKENS" };
        Option<string?> model = CommonOptions.Model();
        Option<ulong> seed = CommonOptions.Seed(CompareDefaults.Current.Seed);
        Option<bool> json = CommonOptions.Json();
        Command command = new("generate", "Plain drawing: the model continues a text.") { prompt, samples, temperature, maxTokens, model, seed, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetRequiredValue(prompt),
                parsed.GetValue(model),
                parsed.GetValue(samples),
                parsed.GetValue(temperature),
                parsed.GetValue(maxTokens),
                parsed.GetValue(seed),
                parsed.GetValue(json)),
            shell,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Shell shell, CancellationToken cancellationToken)
    {
        RepeatedSampling strategy = new(new WholeAnswerOptions { Samples = request.Samples, Temperature = request.Temperature });
        using ModelShelf models = new();
        ILanguageModel model = models.Open(request.Model);
        TaskSet task = OpenQuestion.TaskOf("prompt", request.Prompt.ReplaceLineEndings("\n"), request.MaxTokens);
        PromptLimits.Check(model, task.Problems);
        SearchContext context = new() { Ledger = new Ledger(Budget.Unlimited), Uniforms = HashedUniforms.For(request.Seed, "generate") };
        long start = shell.Time.GetTimestamp();
        SearchResult result = await strategy.SolveAsync(task.Problems[0], ProposerShelf.For(model, task), null, context, cancellationToken).ConfigureAwait(false);
        double seconds = shell.Time.GetElapsedTime(start).TotalSeconds;
        PartialAnswer[] answers = [.. result.Candidates.Select(candidate => candidate.Answer)];
        if (request.Json)
        {
            JsonOutput.Write(shell.Output, new GenerateDocument
            {
                Model = model.Info.Name,
                Prompt = request.Prompt,
                Temperature = request.Temperature,
                Seed = request.Seed,
                Results = [.. answers.Select(answer => new GeneratedDocument(answer.Text, answer.State.ToString().ToLowerInvariant(), answer.Reason, answer.TokenCount, answer.LogProb))],
                Usage = UsageDocument.Of(result.Usage),
                WallSeconds = seconds,
            });
            return ExitCodes.Done;
        }
        for (int i = 0; i < answers.Length; i++)
        {
            if (answers.Length > 1)
            {
                shell.Output.WriteLine($"{(i == 0 ? "" : "\n")}# {i + 1}");
            }
            shell.Output.WriteLine(SafeText.Plain(answers[i].Text));
            if (answers[i].Reason is { } reason)
            {
                shell.Error.WriteLine($"winnow: draw {i + 1}: {reason}");
            }
        }
        return ExitCodes.Done;
    }
}
