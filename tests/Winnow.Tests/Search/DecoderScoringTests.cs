using Winnow.Budgets;
using Winnow.Inference;
using Winnow.Inference.Decoders;
using Winnow.Models;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;
using Winnow.Testing.Models;

namespace Winnow.Tests.Search;

/// <summary>Populations and scorers over the real engine, with made-up weights.</summary>
public sealed class DecoderScoringTests : IDisposable
{
    private static readonly DecoderSettings Shape = RandomDecoder.Settings();
    private static readonly Problem Asked = ScriptedTree.ProblemFor("5 9 2 14", null);

    private readonly DecoderModel _model = RandomDecoder.Create(Shape);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Draws_are_the_same_in_any_batch_and_step_by_step()
    {
        (IPopulation whole, Ledger wholeLedger) = await Draw(12, new StepRule { ToEnd = true, Boundary = "3 " });
        (IPopulation single, _) = await Draw(1, new StepRule { ToEnd = true, Boundary = "3 ", SlotOffset = 9 });
        (IPopulation stepped, Ledger steppedLedger) = await Draw(12, new StepRule { Boundary = "3 " });
        Assert.Equal(whole.Rows[9].Tokens!, single.Rows[0].Tokens!);
        Assert.Equal(whole.Rows[9].StepLogProbs!, single.Rows[0].StepLogProbs!);
        for (int row = 0; row < 12; row++)
        {
            Assert.Equal(whole.Rows[row].Tokens!, stepped.Rows[row].Tokens!);
            Assert.Equal(whole.Rows[row].StepEnds, stepped.Rows[row].StepEnds);
        }
        Assert.Equal(wholeLedger.Used.TokensGenerated, steppedLedger.Used.TokensGenerated);
        Assert.True(whole.Rows.Select(row => row.Text).Distinct(StringComparer.Ordinal).Count() > 6);
        Assert.Contains(whole.Rows, row => row.Steps > 1);
    }

    [Fact]
    public async Task A_model_that_judges_itself_step_by_step_agrees_with_its_own_log_probabilities()
    {
        Ledger ledger = new(Budget.Unlimited);
        SearchContext context = new() { Ledger = ledger, Uniforms = new HashedUniforms(3) };
        IPopulation rows = Proposer().Open(Asked, context);
        IScoring judge = new ModelLogProbScorer(_model, _model.Vocabulary).Open(Asked, context);
        IScoring free = new LogProbScorer().Open(Asked, context);
        await rows.GrowAsync(8, Token);
        for (int step = 0; step < 5; step++)
        {
            int[] active = [.. Enumerable.Range(0, 8).Where(row => rows.Rows[row].State == RowState.Active)];
            await rows.StepAsync(active, new StepRule { Boundary = "3 ", Iteration = step }, Token);
            Score[] judged = new Score[active.Length];
            Score[] own = new Score[active.Length];
            await judge.ScoreAsync(rows, active, judged, Token);
            await free.ScoreAsync(rows, active, own, Token);
            for (int i = 0; i < active.Length; i++)
            {
                Assert.Equal(own[i].Value, judged[i].Value, 1e-3);
                Assert.Equal(own[i].Steps!.Count, judged[i].Steps!.Count);
            }
            int[] parents = [3, 3, 0, 7, 6, 5, 1, 2];
            rows.Reorder(parents);
            judge.Reorder(parents);
        }
        Assert.True(ledger.Used.ScorerTokens > 0 && ledger.Used.ScorerTokens <= ledger.Used.TokensGenerated);
        await judge.DisposeAsync();
        await rows.DisposeAsync();
    }

    [Fact]
    public async Task A_process_reward_model_scores_each_step_at_its_last_token()
    {
        DecoderSettings shape = Shape with { IsTokenClassifier = true };
        using DecoderModel reward = RandomDecoder.Create(shape, 4);
        (IPopulation rows, Ledger ledger) = await Draw(6, new StepRule { ToEnd = true, Boundary = "3 " });
        Score[] scores = new Score[6];
        IScoring scoring = new ProcessRewardScorer(reward, _model.Vocabulary).Open(Asked, new SearchContext { Ledger = ledger, Uniforms = new HashedUniforms(1) });
        await scoring.ScoreAsync(rows, Enumerable.Range(0, 6).ToArray(), scores, Token);
        for (int row = 0; row < 6; row++)
        {
            PartialAnswer answer = rows.Rows[row];
            int[] all = [.. _model.Vocabulary.Encode(Asked.Prompt), .. answer.Tokens!];
            for (int step = 0; step < answer.Steps; step++)
            {
                using ISession session = reward.Open(new SessionOptions());
                int length = all.Length - answer.TokenCount + answer.StepTokenEnds![step];
                int read = session.Add(all.AsSpan(0, length));
                float[] logit = new float[1];
                reward.Classifier!.Score(session.Hidden(read, length - 1), logit);
                Assert.Equal(1 / (1 + Math.Exp(-logit[0])), scores[row].Steps![step], 1e-5);
            }
        }
        Assert.Equal(rows.Rows.Sum(row => row.TokenCount), ledger.Used.ScorerTokens);
        await scoring.DisposeAsync();
    }

    [Fact]
    public void A_model_without_a_head_of_one_score_is_no_reward_model()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new ProcessRewardScorer(_model, null));
        Assert.Contains("LlamaForTokenClassification", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("particle-filter")]
    [InlineData("beam")]
    [InlineData("dvts")]
    public async Task A_search_with_a_judge_keeps_to_its_token_budget(string id)
    {
        Ledger ledger = new(new Budget { MaxTokens = 300 });
        SearchContext context = new() { Ledger = ledger, Uniforms = new HashedUniforms(3) };
        IStrategy strategy = Strategies.Create(id, new StrategySettings { Boundary = "3 " });
        SearchResult result = await strategy.SolveAsync(Asked, Proposer(), new ModelLogProbScorer(_model, _model.Vocabulary), context, Token);
        Assert.InRange(ledger.Used.Tokens, 100, 300);
        Assert.True(ledger.Used.ScorerTokens > 0);
        Assert.NotEmpty(result.Candidates);
    }

    private ModelProposer Proposer() => new(_model, new ModelProposerOptions { MaxAnswerTokens = 40, AnswerLine = "1" });

    private async Task<(IPopulation Rows, Ledger Ledger)> Draw(int count, StepRule rule)
    {
        Ledger ledger = new(Budget.Unlimited);
        IPopulation rows = Proposer().Open(Asked, new SearchContext { Ledger = ledger, Uniforms = new HashedUniforms(3) });
        await rows.GrowAsync(count, Token);
        while (rows.Rows.Any(row => row.State == RowState.Active))
        {
            await rows.StepAsync(Enumerable.Range(0, count).Where(row => rows.Rows[row].State == RowState.Active).ToArray(), rule, Token);
        }
        await rows.DisposeAsync();
        return (rows, ledger);
    }
}
