using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Winnow.Budgets;
using Winnow.Models;
using Winnow.Numerics;
using Winnow.Tasks.Answers;

namespace Winnow.Search.Chat;

/// <summary>A white-box model as a chat client: one draw for each request.</summary>
/// <remarks>
/// Strategies around it reach its tokens and log-probabilities through the <see cref="PromptedProposer"/> service.
/// Streaming yields one step (one line) at a time. Thread-safe.
/// </remarks>
/// <param name="model">The model; disposed with the client.</param>
/// <param name="prompt">The text that the model reads for a conversation.</param>
/// <param name="proposer">Draws from the model.</param>
public sealed class LanguageModelChatClient(ILanguageModel model, IProposer proposer, Func<IReadOnlyList<ChatMessage>, string> prompt) : IChatClient
{
    private static readonly WholeTextAnswerKey Everything = new();

    /// <summary>A client whose model reads conversations by its own chat template.</summary>
    /// <param name="model">The model; disposed with the client.</param>
    /// <param name="proposer">Draws from the model.</param>
    /// <exception cref="ArgumentException">The model has no chat template.</exception>
    /// <exception cref="WinnowException">Its template is broken or asks for what is not supported.</exception>
    public LanguageModelChatClient(ILanguageModel model, IProposer proposer)
        : this(model, proposer, (ChatTemplatePrompt.Of(model.Vocabulary)
            ?? throw new ArgumentException($"{model.Info.Name} has no chat template; say how a conversation becomes its prompt.", nameof(model))).Render)
    {
    }

    private readonly ChatClientMetadata _metadata = new("winnow", defaultModelId: model.Info.Name);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
        }
        return updates.ToChatResponse();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Tasks.Problem problem = ChatProblem.Of([.. messages], prompt, Everything);
        int limit = options?.MaxOutputTokens ?? proposer.Info.MaxAnswerTokens;
        var ledger = new Ledger(new Budget { MaxTokens = limit });
        var context = new SearchContext { Ledger = ledger, Uniforms = new HashedUniforms(unchecked((ulong)(options?.Seed ?? 0))) };
        var rule = new StepRule { Temperature = options?.Temperature ?? 1.0, MaxTokens = limit };

        IPopulation population = proposer.Open(problem, context);
        await using ConfiguredAsyncDisposable _ = population.ConfigureAwait(false);
        await population.GrowAsync(1, cancellationToken).ConfigureAwait(false);
        int shown = 0;
        while (population.Rows[0].State == RowState.Active)
        {
            await population.StepAsync(FirstRow, rule, cancellationToken).ConfigureAwait(false);
            string text = population.Rows[0].Text;
            if (text.Length > shown)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, text[shown..]) { ModelId = model.Info.Name };
                shown = text.Length;
            }
        }
        Usage used = ledger.Used;
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails
        {
            InputTokenCount = used.PromptTokens,
            OutputTokenCount = used.TokensGenerated,
            TotalTokenCount = used.PromptTokens + used.TokensGenerated,
        })])
        {
            ModelId = model.Info.Name,
            FinishReason = population.Rows[0].State == RowState.Cut ? ChatFinishReason.Length : ChatFinishReason.Stop,
        };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(PromptedProposer) ? new PromptedProposer(proposer, prompt)
            : serviceType == typeof(ILanguageModel) ? model
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    private static readonly int[] FirstRow = [0];
}
