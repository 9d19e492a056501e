using Winnow.Budgets;
using Winnow.Models;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Draws from a white-box model, step by step or whole answers, in batches that share their prefixes.</summary>
/// <remarks>
/// A token is a pure function of (problem, draw settings, slot, position), so a row does not depend on the batch it is
/// drawn in. Log-probabilities are those of the untempered model. Thread-safe; a population is used by one caller at a time.
/// </remarks>
public sealed class ModelProposer : IProposer
{
    private readonly ILanguageModel _model;
    private readonly ModelProposerOptions _options;
    private readonly TimeProvider _time;

    /// <summary>A proposer over a model.</summary>
    /// <param name="model">The model; not disposed.</param>
    /// <param name="options">How answers are drawn; null: the default.</param>
    /// <param name="time">Measures wall time; null: the system's clock.</param>
    public ModelProposer(ILanguageModel model, ModelProposerOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _options = options ?? new();
        _time = time ?? TimeProvider.System;
        Info = new ProposerInfo(model.Info.Name, CanStep: true, HasLogProbs: true, _options.MaxAnswerTokens)
        {
            TypicalAnswerTokens = _options.TypicalAnswerTokens,
            MaxActiveRows = _options.MaxActiveRows,
        };
    }

    /// <inheritdoc/>
    public ProposerInfo Info { get; }

    /// <inheritdoc/>
    public Usage AtMost(Problem problem, int calls, long tokens) => new() { Calls = calls, TokensGenerated = tokens };

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The prompt has no tokens, or leaves no room in the model's context.</exception>
    public IPopulation Open(Problem problem, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(context);
        int[] prompt = PromptTokens.Of(_model, problem.Prompt);
        return new ModelPopulation(_model, prompt, _options, context, _time);
    }
}
