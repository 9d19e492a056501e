using Winnow.Decoding.Stages;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Beams;

/// <summary>
/// Beam search, and with several groups diverse beam search. Each step looks at the best 2B continuations of B beams: an
/// end token counts where it is among the best B, other tokens fill the beams again. What is unfinished at the end joins.
/// </summary>
/// <remarks>
/// Sources: transformers' rule for finished hypotheses; Vijayakumar et al., "Diverse Beam Search" (2018). The diversity
/// penalty decides what is chosen; the log-probability that is kept is the model's own. Cost: one pass over B rows a token.
/// </remarks>
public static class BeamSearch
{
    /// <summary>Searches continuations of a prompt.</summary>
    /// <param name="model">Any white-box model.</param>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>At most B hypotheses, the best score first.</returns>
    public static IReadOnlyList<BeamHypothesis> Run(ILanguageModel model, ReadOnlySpan<int> prompt, BeamSearchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Beams % options.Groups != 0)
        {
            throw new ArgumentException($"{options.Beams} beams cannot be split into {options.Groups} equal groups; choose a multiple.", nameof(options));
        }
        using ISession session = model.Open(RowLimits.For(model, prompt.Length, options.Beams, options.MaxTokens));
        session.Add(prompt);
        SamplerChain chain = new([new LogSoftmax(), .. options.Chain.Stages]);
        SamplerRow root = chain.Open(prompt);
        BeamGroup[] groups = [.. Enumerable.Range(0, options.Groups).Select(_ => new BeamGroup(options, root))];
        BeamExpander expander = new(chain, options);
        for (int step = 1; step <= options.MaxTokens && groups.Any(g => !g.IsDone); step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<int> parents = [], tokens = [];
            expander.Begin();
            int firstRow = 0;
            foreach (BeamGroup group in groups.Where(g => !g.IsDone))
            {
                int rows = group.Running.Count;
                expander.Expand(session, group, step == 1 ? 0 : firstRow, step, parents, tokens);
                firstRow += rows;
            }
            if (tokens.Count == 0)
            {
                break;
            }
            session.Reorder([.. parents]);
            if (step < options.MaxTokens)
            {
                session.Forward(new TokenBatch([.. Enumerable.Range(0, tokens.Count)], [.. Enumerable.Repeat(1, tokens.Count)], [.. tokens]), Read.LastLogits);
            }
        }
        return [.. groups.SelectMany(g => g.Hypotheses()).OrderByDescending(h => h.Score)];
    }

    /// <summary>Scores of a later group: log-probabilities less λ for each beam of earlier groups that chose the token.</summary>
    /// <param name="logProbs">Shape [V].</param>
    /// <param name="chosen">Tokens chosen by earlier groups at this step.</param>
    /// <param name="strength">λ, nats.</param>
    /// <param name="scores">Shape [V]; receives the scores.</param>
    public static void Diversify(ReadOnlySpan<double> logProbs, ReadOnlySpan<int> chosen, double strength, Span<double> scores)
    {
        logProbs.CopyTo(scores);
        foreach (int token in chosen)
        {
            scores[token] -= strength;
        }
    }
}
