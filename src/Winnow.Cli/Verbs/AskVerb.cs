using System.CommandLine;
using Spectre.Console;
using Winnow.Budgets;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Cli.Stored;
using Winnow.Numerics;
using Winnow.Rendering;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow ask</c>: one question, one strategy, and how its candidates live and die.</summary>
internal static class AskVerb
{
    private const long DefaultBudget = 1500;

    private sealed record Request(string? Question, string Strategy, string? Model, string? Scorer, long Budget, ulong Seed, bool Json, bool Quiet, SpendingRequest Spending);

    public static Command Create(Shell shell)
    {
        Argument<string?> question = new("QUESTION") { Arity = ArgumentArity.ZeroOrOne, Description = "A question. Without one, a question is drawn that the bundled model can answer." };
        Option<string> strategy = CommonOptions.Strategy(StrategyIds.ParticleFilter);
        Option<string?> model = CommonOptions.Model();
        Option<string?> scorer = CommonOptions.Scorer();
        Option<long[]?> budget = new("--budget", "-b")
        {
            Description = $"Cap on generated plus scorer tokens. Default: {DefaultBudget}.",
            HelpName = "TOKENS",
            CustomParser = CommonOptions.ParseBudgets,
            Arity = ArgumentArity.ExactlyOne,
        };
        Option<ulong> seed = CommonOptions.Seed(CompareDefaults.Current.Seed);
        Option<bool> json = CommonOptions.Json();
        Option<bool> quiet = new("--quiet", "-q") { Description = "Show the answer only, not how it was found." };
        Command command = new("ask", "One question, one strategy: see how candidates live and die, and why one answer won.")
        {
            question, strategy, model, scorer, budget, seed, json, quiet,
        };
        SpendingOptions spending = new();
        SpendingOptions.AddTo(command, spending.All);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetValue(question),
                parsed.GetRequiredValue(strategy),
                parsed.GetValue(model),
                parsed.GetValue(scorer),
                parsed.GetValue(budget) is [var cap, ..] ? cap : DefaultBudget,
                parsed.GetValue(seed),
                parsed.GetValue(json),
                parsed.GetValue(quiet),
                spending.Read(parsed)),
            shell,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Shell shell, CancellationToken cancellationToken)
    {
        IStrategy strategy = CommonOptions.StrategyNamed(request.Strategy);
        using ModelShelf models = new();
        using RunBudget run = new(request.Spending.Caps, time: shell.Time);
        DrawingModel model = await models.OpenDrawingAsync(request.Model, request.Spending, run, shell, cancellationToken).ConfigureAwait(false);
        IScorer? scorer = ScorerShelf.Open(request.Scorer, request.Model, model, models);
        TaskSet task = Questions.TaskOf(request.Question, request.Model, model.Vocabulary, request.Seed);
        Problem problem = task.Problems[0];
        model.Check(task.Problems);
        IProposer proposer = model.For(task);
        if (strategy.WhyUnsuited(proposer.Info, scorer?.Info) is { } reason)
        {
            throw new RequestException($"{reason} Choose another with --strategy, or a scorer with --scorer.");
        }

        IAnsiConsole console = request.Json ? PlainConsole.Over(shell.Error, Math.Max(80, shell.Width)) : shell.ResultConsole();
        if (!request.Quiet)
        {
            console.WriteLine(SafeText.Plain(problem.Question));
            console.WriteLine();
        }
        SearchTimeline? timeline = request.Quiet ? null : new(console);
        SearchContext context = new()
        {
            Ledger = run.Over(new Ledger(new Budget { MaxTokens = request.Budget })),
            Uniforms = HashedUniforms.For(request.Seed, "problem:" + problem.Id),
            Progress = timeline,
        };
        long start = shell.Time.GetTimestamp();
        SearchResult result;
        using (CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Stopped))
        {
            try
            {
                result = await strategy.SolveAsync(problem, proposer, scorer, context, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (run.Reason is not null && !cancellationToken.IsCancellationRequested)
            {
                throw new WinnowException(GoOn.Cap(run)!);
            }
        }
        Found found = new(problem, model, scorer, result, shell.Time.GetElapsedTime(start).TotalSeconds);
        if (timeline is null)
        {
            shell.Output.WriteLine(request.Json ? JsonOutput.Text(DocumentOf(request, found)) : SafeText.OneLine(result.Answer ?? ""));
            return ExitCodes.Done;
        }
        timeline.Write(result);
        if (found.IsCorrect is { } right)
        {
            console.WriteLine(right ? "That is right." : $"That is wrong: the right answer is {SafeText.OneLine(problem.Target!)}.");
        }
        if (request.Json)
        {
            JsonOutput.Write(shell.Output, DocumentOf(request, found));
        }
        return ExitCodes.Done;
    }

    private sealed record Found(Problem Problem, DrawingModel Model, IScorer? Scorer, SearchResult Result, double Seconds)
    {
        public bool? IsCorrect => Problem.Target is null ? null : Result.Answer is { } answer && Problem.Checker.IsCorrect(Problem, answer);
    }

    private static AskDocument DocumentOf(Request request, Found found) => new()
    {
        Question = found.Problem.Question,
        Model = found.Model.Name,
        Scorer = found.Scorer?.Info.Name,
        Strategy = found.Result.Strategy,
        Seed = request.Seed,
        Budget = request.Budget,
        Answer = found.Result.Answer,
        Confidence = found.Result.Confidence,
        Target = found.Problem.Target,
        IsCorrect = found.IsCorrect,
        Why = found.Result.Why,
        Selected = found.Result.Selected,
        Candidates = [.. found.Result.Candidates.Select(AskCandidateDocument.Of)],
        Usage = UsageDocument.Of(found.Result.Usage),
        WallSeconds = found.Seconds,
    };
}
