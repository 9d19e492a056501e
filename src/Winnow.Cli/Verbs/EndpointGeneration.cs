using Winnow.Budgets;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Cli.Stored;
using Winnow.Decoding.Generation;
using Winnow.Numerics;
using Winnow.Rendering;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow generate</c> at an endpoint: whole texts, drawn there.</summary>
internal static class EndpointGeneration
{
    /// <summary>Draws and shows.</summary>
    /// <exception cref="RequestException">Something is asked for that only a model that runs here can do.</exception>
    public static async Task<int> RunAsync(GenerateRequest request, SpendingRequest spending, Shell shell, CancellationToken cancellationToken)
    {
        if (Unsupported(request) is { } option)
        {
            throw new RequestException($"An endpoint draws its tokens itself: {option} needs a model that runs here. Use --temperature, -n and --max-tokens, or another --model.");
        }
        string prompt = request.ReadPrompt(shell);
        using ModelShelf models = new();
        using RunBudget run = new(spending.Caps, time: shell.Time);
        DrawingModel model = await models.OpenDrawingAsync(request.Model, spending, run, shell, cancellationToken).ConfigureAwait(false);
        TaskSet task = OpenQuestion.TaskOf("prompt", prompt, request.MaxTokens);
        RepeatedSampling strategy = new(new WholeAnswerOptions { Samples = request.Samples, Temperature = request.Temperature ?? 1 });
        SearchContext context = new() { Ledger = run.Over(new Ledger(Budget.Unlimited)), Uniforms = HashedUniforms.For(request.Seed, "generate") };
        long start = shell.Time.GetTimestamp();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Stopped);
        SearchResult result;
        try
        {
            result = await strategy.SolveAsync(task.Problems[0], model.For(task), null, context, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.Reason is not null && !cancellationToken.IsCancellationRequested)
        {
            throw new WinnowException(GoOn.Cap(run)!);
        }
        Show(request, model.Name, prompt, result, shell.Time.GetElapsedTime(start).TotalSeconds, shell);
        bool hasAny = result.Candidates.Any(candidate => candidate.Answer.State != RowState.Failed);
        return !hasAny ? ExitCodes.Failed : result.Candidates.Any(candidate => candidate.Answer.State == RowState.Failed) ? ExitCodes.DoneInPart : ExitCodes.Done;
    }

    private static string? Unsupported(GenerateRequest request) => request switch
    {
        { Sampler: not null } => "--sampler",
        { Decoding: not null } => "--decoding",
        { Constraint.Count: > 0 } => "holding a text to a language",
        { Candidates: not null } => "--show-candidates",
        { Stop.Count: > 0 } => "--stop",
        _ => null,
    };

    private static void Show(GenerateRequest request, string model, string prompt, SearchResult result, double seconds, Shell shell)
    {
        PartialAnswer[] texts = [.. result.Candidates.Select(candidate => candidate.Answer).Where(answer => answer.State != RowState.Failed)];
        PartialAnswer[] failed = [.. result.Candidates.Select(candidate => candidate.Answer).Where(answer => answer.State == RowState.Failed)];
        foreach (PartialAnswer one in failed.DistinctBy(answer => answer.Reason, StringComparer.Ordinal))
        {
            shell.Error.WriteLine($"winnow: a text failed: {SafeText.OneLine(one.Reason ?? "")}");
        }
        if (request.Json)
        {
            JsonOutput.Write(shell.Output, new GenerateDocument
            {
                Model = model,
                Prompt = prompt,
                Sampler = request.Temperature is { } temperature ? FormattableString.Invariant($"temperature:{temperature}") : "",
                Seed = request.Seed,
                Results = [.. texts.Select(answer => new GeneratedDocument(
                    answer.Text, answer.State == RowState.Cut ? FinishReason.MaxTokens : FinishReason.EndToken, answer.TokenCount, [], answer.LogProb, null, null, null))],
                Unfinished = failed.Length,
                Usage = UsageDocument.Of(result.Usage),
                WallSeconds = seconds,
            });
            return;
        }
        for (int i = 0; i < texts.Length; i++)
        {
            if (texts.Length > 1)
            {
                shell.Output.WriteLine($"{(i == 0 ? "" : "\n")}# {i + 1}");
            }
            shell.Output.WriteLine(SafeText.Plain(texts[i].Text));
        }
    }
}
