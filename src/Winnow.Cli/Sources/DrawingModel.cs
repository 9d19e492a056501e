using Microsoft.Extensions.AI;
using Winnow.Cli.Verbs;
using Winnow.Endpoints;
using Winnow.Evaluation;
using Winnow.Models;
using Winnow.Search;
using Winnow.Search.Chat;
using Winnow.Tasks;

namespace Winnow.Cli.Sources;

/// <summary>What <c>--model</c> names: a model that runs here, or one behind an endpoint.</summary>
internal abstract record DrawingModel
{
    /// <summary>Its name.</summary>
    public abstract string Name { get; }

    /// <summary>The words by which a scorer can read its tokens; null where only text comes from it.</summary>
    public abstract IVocabulary? Vocabulary { get; }

    /// <summary>Whether log-probabilities of what it draws are known.</summary>
    public abstract bool HasLogProbs { get; }

    /// <summary>Draws answers to a task's problems.</summary>
    /// <param name="task">The task.</param>
    /// <param name="threads">Threads of one problem; 1 where problems run side by side. 0: all cores.</param>
    public abstract IProposer For(TaskSet task, int threads = 0);

    /// <summary>How answers are drawn, as text: equal texts, equal draws.</summary>
    public abstract string SamplerOf(TaskSet task);

    /// <summary>Problems that run side by side where nothing else is said; 0: one for each core.</summary>
    public virtual int UsualThreads => 0;

    /// <summary>The task with prompts as the model reads them.</summary>
    /// <exception cref="RequestException">The model's chat template is broken, or refuses a question.</exception>
    public virtual TaskSet Frame(TaskSet task) => task;

    /// <summary>Refuses prompts that do not fit before anything is drawn.</summary>
    /// <exception cref="RequestException">One does not.</exception>
    public virtual void Check(IEnumerable<Problem> problems)
    {
    }
}

/// <summary>A model that runs here.</summary>
internal sealed record LocalModel(ILanguageModel Model) : DrawingModel
{
    public override string Name => Model.Info.Name;

    public override IVocabulary? Vocabulary => Model.Vocabulary;

    public override bool HasLogProbs => true;

    public override IProposer For(TaskSet task, int threads = 0) => ProposerShelf.For(Model, task, threads);

    public override string SamplerOf(TaskSet task) => ProposerShelf.SamplerOf(Model, task);

    public override TaskSet Frame(TaskSet task) => RequestException.Reading(() => ChatTemplatePrompt.Of(Model.Vocabulary) is not { } template ? task : task with
    {
        Problems = [.. task.Problems.Select(problem => problem.HasOwnForm ? problem : problem with
        {
            Prompt = template.Render([new ChatMessage(ChatRole.User, problem.Prompt)]),
            HasOwnForm = true,
        })],
    });

    public override void Check(IEnumerable<Problem> problems) => PromptLimits.Check(Model, problems);
}

/// <summary>A model behind an endpoint. The endpoint belongs to the shelf.</summary>
/// <param name="Endpoint">Where it is.</param>
/// <param name="Capabilities">What it was found to do; null: it has not been probed.</param>
/// <param name="Spending">Prices and lengths.</param>
internal sealed record RemoteModel(OpenAIEndpoint Endpoint, ChatCapabilities? Capabilities, SpendingRequest Spending) : DrawingModel
{
    private const int ProblemsOfAPlace = 4;
    private const int UsualAnswersPerCall = 4;

    public override string Name => Endpoint.Spec.Model;

    public override IVocabulary? Vocabulary => null;

    public override bool HasLogProbs => Capabilities?.HasLogProbs == true;

    public override int UsualThreads => Math.Max(1, Endpoint.Options.MaxConcurrency / ProblemsOfAPlace);

    public override IProposer For(TaskSet task, int threads = 0) => new ChatProposer(Endpoint.CreateChatClient(Capabilities), new ChatDrawOptions
    {
        MaxAnswerTokens = MaxAnswerTokens(task),
        MaxConcurrency = Endpoint.Options.MaxConcurrency,
        AnswersPerCall = AnswersPerCall,
        Prices = Spending.Prices,
    });

    public override string SamplerOf(TaskSet task) =>
        FormattableString.Invariant($"max-answer-tokens={MaxAnswerTokens(task)};chat") + (AnswersPerCall > 1 ? FormattableString.Invariant($";answers-per-call={AnswersPerCall}") : "");

    /// <summary>Answers that one request asks for. Where seeds are honoured each draw has its own, so that it can be repeated alone.</summary>
    /// <exception cref="RequestException">More are asked for than the endpoint can, or than makes sense.</exception>
    public int AnswersPerCall => (Spending.AnswersPerCall, Capabilities) switch
    {
        (< 1 or > 128, _) => throw new RequestException($"--answers-per-call is {Spending.AnswersPerCall}; it must lie in 1 … 128."),
        (> 1, { DrawsSeveral: false }) => throw new RequestException($"{Endpoint.Spec} was found to draw one answer to a request; leave --answers-per-call out. `winnow models {Endpoint.Spec} --refresh` looks again."),
        ({ } asked, _) => asked,
        (null, { DrawsSeveral: true, HonoursSeed: false }) => UsualAnswersPerCall,
        _ => 1,
    };

    private int MaxAnswerTokens(TaskSet task) => Spending.MaxAnswerTokens is { } most
        ? most >= 1 ? most : throw new RequestException($"--max-answer-tokens is {most}; it must be at least 1.")
        : task.MaxAnswerTokens;
}
