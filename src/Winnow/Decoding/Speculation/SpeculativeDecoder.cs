using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Speculation;

/// <summary>What a speculative run gave.</summary>
/// <param name="Tokens">The generated tokens.</param>
/// <param name="Rounds">Passes of the target model.</param>
/// <param name="Drafted">Tokens drafted.</param>
/// <param name="Accepted">Drafted tokens that were accepted.</param>
/// <param name="LogProb">Natural-log probability of the tokens under the target itself, before the chain.</param>
public sealed record SpeculativeResult(IReadOnlyList<int> Tokens, int Rounds, int Drafted, int Accepted, double LogProb);

/// <summary>
/// Speculative decoding: a quick model drafts tokens, the target model reads them in one pass, and each is accepted or
/// replaced so that the output is distributed exactly as if the target had drawn it through the same chain.
/// </summary>
/// <remarks>
/// Source: Leviathan, Kalman and Matias (2023). Exact under stages with memory: the draft works on copies of their state,
/// the target's state sees accepted tokens only. Cost: one pass of the target a round, γ + 1 tokens wide.
/// </remarks>
public static class SpeculativeDecoder
{
    /// <summary>Generates one continuation.</summary>
    /// <param name="target">The model whose distribution counts.</param>
    /// <param name="draft">A quicker model with the same vocabulary.</param>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="chain">Stages that both models' logits go through.</param>
    /// <param name="maxTokens">Tokens generated at most; at least 1.</param>
    /// <param name="draftLength">γ, tokens drafted a round; at least 1.</param>
    /// <param name="endTokens">Tokens that end the continuation; the end token is part of it.</param>
    /// <param name="uniforms">Numbers named <c>draft</c>, <c>accept</c> and <c>token</c>.</param>
    /// <param name="slot">Which draw of the run this is.</param>
    /// <param name="cancellationToken">Stops between rounds.</param>
    public static SpeculativeResult Run(
        ILanguageModel target, ILanguageModel draft, ReadOnlySpan<int> prompt, SamplerChain chain, int maxTokens, int draftLength,
        IReadOnlyCollection<int> endTokens, IUniforms uniforms, int slot = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(draftLength, 1);
        if (target.Info.VocabularySize != draft.Info.VocabularySize)
        {
            throw new ArgumentException($"The draft model has {draft.Info.VocabularySize} tokens and the target {target.Info.VocabularySize}; they must share a vocabulary.", nameof(draft));
        }
        SessionOptions options = new() { MaxRows = 1 };
        using ISession targetSession = target.Open(options), draftSession = draft.Open(options);
        targetSession.Add(prompt);
        draftSession.Add(prompt);
        SpeculativeRound round = new(chain, uniforms, slot, target.Info.VocabularySize);
        SamplerRow row = chain.Open(prompt);
        int rounds = 0, drafted = 0, accepted = 0;
        bool isEnded = false;
        while (!isEnded && row.Tokens.Length - prompt.Length < maxTokens)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int start = row.Tokens.Length;
            int wanted = Math.Min(draftLength, maxTokens - (start - prompt.Length) - 1);
            ReadOnlySpan<int> proposal = round.Draft(draftSession, row, wanted, endTokens);
            int agreed = round.Verify(targetSession, row, proposal, endTokens, out isEnded);
            rounds++;
            drafted += proposal.Length;
            accepted += agreed;
            // Both sessions go back to what was agreed, and read the token drawn by the target.
            Catch(targetSession, row, start + agreed);
            Catch(draftSession, row, Math.Min(start + agreed, draftSession.Length(0)));
        }
        return new SpeculativeResult(row.Tokens[prompt.Length..].ToArray(), rounds, drafted, accepted, round.LogProb);
    }

    private static void Catch(ISession session, SamplerRow row, int agreed)
    {
        session.Truncate(0, agreed);
        ReadOnlySpan<int> missing = row.Tokens[agreed..];
        if (!missing.IsEmpty)
        {
            session.Forward(new TokenBatch([0], [missing.Length], missing), Read.LastLogits);
        }
    }
}
