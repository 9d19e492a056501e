using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>
/// Sequential Monte Carlo over reasoning steps: particles are partial answers that advance by a step, are weighted by
/// a scorer of prefixes, and are resampled when few of them hold most of the weight.
/// </summary>
/// <remarks>
/// Source: Puri et al. (2025), "Rollout Roulette". Differs from the paper: weights are carried on and particles are
/// resampled only when the effective sample size is low; finished particles stay in the pool with a constant
/// potential of 1; the answer is a weighted vote. The paper's conventions are options.
/// Exp of <see cref="SearchResult.LogEvidence"/> is unbiased for the sum of p(x) times the weight's target factor.
/// Number of particles: as set, or as many as the budget carries to answers as long as one greedy answer, which is
/// paid for too. When the rest of
/// the budget cannot carry them all, the active ones are resampled to fewer; what is cut by the budget all the same
/// has weight 0 and casts no vote. Cost: at most N·T steps and N·T scores. Random: steps, resampling, and the
/// choice where it is <see cref="ParticleChoice.Sample"/>.
/// </remarks>
/// <param name="options">Settings; null: the default ones.</param>
public sealed class ParticleFilter(ParticleFilterOptions? options = null) : IStrategy
{
    private readonly ParticleFilterOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Id => StrategyIds.ParticleFilter;

    /// <inheritdoc/>
    public string? WhyUnsuited(ProposerInfo proposer, ScorerInfo? scorer) =>
        StrategyArguments.WhyNotStepwise(Id, proposer, scorer, _options.Particles)
        ?? ParticlePotentials.WhyUnsuited(_options.Weight ?? ParticlePotentials.DefaultFor(scorer!.Range), scorer!.Range)
        ?? (_options.Weight == ParticleWeight.Ratio && !proposer.HasLogProbs ? $"{proposer.Name} does not tell log-probabilities." : null);

    /// <inheritdoc/>
    public async Task<SearchResult> SolveAsync(
        Problem problem, IProposer proposer, IScorer? scorer, SearchContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(proposer);
        ArgumentNullException.ThrowIfNull(context);
        StrategyArguments.ThrowIfUnsuited(this, proposer, scorer);
        StrategyArguments.ThrowIfUnlimited(context, _options.Particles);
        Usage before = context.Ledger.Used;
        StepRule rule = new() { Boundary = _options.Boundary, Temperature = _options.Temperature, MaxTokens = proposer.Info.MaxAnswerTokens };
        SteppedRows rows = new(problem, proposer, scorer!, context, rule, _options.Aggregation);
        await using var owned = rows.ConfigureAwait(false);
        int count = _options.Particles ?? await rows.AffordableAsync(ParticleFilterOptions.ParticleLimit, cancellationToken).ConfigureAwait(false);
        ParticleWeight weight = _options.Weight ?? ParticlePotentials.DefaultFor(scorer!.Info.Range);
        ParticleSystem particles = new(rows, _options, new ParticlePotentials(weight, scorer!.Info.Range, _options.Clip), context);

        await particles.StartAsync(count, [], cancellationToken).ConfigureAwait(false);
        while ((particles.IsActive && rows.Step < _options.MaxSteps) || rows.Step < _options.MinRounds)
        {
            await particles.PrepareAsync(cancellationToken).ConfigureAwait(false);
            await particles.AdvanceAsync(cancellationToken).ConfigureAwait(false);
        }
        return particles.Result(this, [particles.Outcome(problem)], particles.LogEvidence, weight) with { Usage = context.Ledger.Used - before };
    }
}
