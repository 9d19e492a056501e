using System.CommandLine;
using Microsoft.Extensions.AI;
using Winnow.Budgets;
using Winnow.Endpoints;
using Winnow.Inference;
using Winnow.Judging;
using Winnow.Models;
using Winnow.Search;
using Winnow.Search.Chat;
using Winnow.Tasks;

namespace Winnow.Cli.Sources;

/// <summary>Opens the model that judges answers where a task's checker is <c>judge</c>.</summary>
internal static class JudgeShelf
{
    /// <summary><c>--judge</c></summary>
    public static Option<string?> Option() => new("--judge")
    {
        Description = "Model that says whether an answer is right, where the task's checker is \"judge\": an endpoint openai:MODEL@URL, or a folder or GGUF file of a chat model.",
        HelpName = "NAME|PATH",
    };

    /// <summary>A task with what its checkers need.</summary>
    /// <param name="nameOrFile">As for <see cref="TaskShelf.Load"/>.</param>
    /// <param name="judge">What <c>--judge</c> said.</param>
    /// <exception cref="RequestException">The task wants a judge and none is named, or the other way round.</exception>
    public static TaskSet LoadTask(string? nameOrFile, string? judge)
    {
        TaskSet task = TaskShelf.Load(nameOrFile);
        return (task.NeedsJudge, judge) switch
        {
            (true, null) => throw new RequestException(
                $"{nameOrFile}: {task.Problems.Count(problem => Tasks.Answers.AnswerCheckerNames.Of(problem) == "judge")} of its problems are checked by \"judge\". "
                + "Name the model that judges: --judge openai:MODEL@URL, or a folder of a chat model."),
            (false, not null) => throw new RequestException($"No problem of {task.Name} is checked by \"judge\", so that --judge {judge} would never be asked. Leave it out, or set \"checker\": \"judge\" in the file."),
            _ => task,
        };
    }

    /// <summary>A judge.</summary>
    /// <param name="name">What <c>--judge</c> said.</param>
    /// <param name="spending">Prices, key and concurrency.</param>
    /// <param name="models">Where models are opened.</param>
    /// <param name="shell">Environment.</param>
    /// <exception cref="RequestException">There is no such model, or it cannot judge.</exception>
    public static OpenJudge Open(string name, SpendingRequest spending, ModelShelf models, Shell shell)
    {
        if (EndpointSpec.IsEndpoint(name))
        {
            OpenAIEndpoint endpoint = models.OpenEndpoint(name, spending.JudgeEndpoint, shell);
            return new OpenJudge(endpoint.Spec.Model, endpoint.CreateChatClient(), spending.JudgePrices, endpoint.Options.MaxConcurrency);
        }
        if (ModelShelf.Names.Contains(name, StringComparer.Ordinal))
        {
            throw new RequestException($"{name} reads only the kinds of questions that it was trained on, so that it cannot judge. Name an endpoint openai:MODEL@URL, or a folder or GGUF file of a chat model.");
        }
        ILanguageModel model = models.Open(name);
        ChatTemplatePrompt? template = RequestException.Reading(() => ChatTemplatePrompt.Of(model.Vocabulary));
        Func<IReadOnlyList<ChatMessage>, string> prompt = template is not null
            ? template.Render
            : static conversation => string.Join("\n\n", conversation.Select(message => message.Text)) + "\n";
        ModelProposer proposer = new(model, new ModelProposerOptions { MaxAnswerTokens = Math.Min(new JudgeOptions().MaxTokens, model.Info.ContextLength) });
        // The client is not disposed: the model belongs to the shelf.
        return new OpenJudge(model.Info.Name, new LanguageModelChatClient(model, proposer, prompt), Prices: null, MaxConcurrency: 1);
    }
}

/// <summary>A model that judges, before it is known who pays.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Client">Asks it.</param>
/// <param name="Prices">What its tokens cost; null: money is not counted.</param>
/// <param name="MaxConcurrency">Most requests at once.</param>
internal sealed record OpenJudge(string Name, IChatClient Client, TokenPrices? Prices, int MaxConcurrency);

/// <summary>A judge at work, and what it has cost.</summary>
internal sealed class WorkingJudge : IDisposable
{
    private readonly Ledger _ledger = new(Budget.Unlimited);
    private readonly JudgeModel _judge;

    /// <summary>A judge whose requests count in a run.</summary>
    public WorkingJudge(OpenJudge judge, RunBudget run, ulong seed)
    {
        Name = judge.Name;
        JudgeOptions options = new() { MaxConcurrency = judge.MaxConcurrency, Seed = seed };
        _judge = new JudgeModel(new BudgetChatClient(judge.Client, run.Over(_ledger), options.MaxTokens, judge.Prices), options);
        Checker = new JudgedAnswerChecker(_judge);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Checks answers by it.</summary>
    public JudgedAnswerChecker Checker { get; }

    /// <summary>What it has cost.</summary>
    public Usage Used => _ledger.Used;

    /// <inheritdoc/>
    public void Dispose() => _judge.Dispose();
}
