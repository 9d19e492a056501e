using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Tests.Search;

public sealed class ModelPopulationTests
{
    private static readonly BigramLanguageModel Model = new(1);
    private static readonly BigramLanguageModel Judge = new(2);
    private static readonly Problem Asked = ScriptedTree.ProblemFor("abc", null);
    private static readonly StepRule ToEnd = new() { ToEnd = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_draw_does_not_depend_on_its_batch()
    {
        (IPopulation all, _) = await Open(16);
        await using var _1 = all;
        await all.StepAsync(Rows(16), ToEnd, Token);
        (IPopulation single, _) = await Open(1);
        await using var _2 = single;
        await single.StepAsync(Rows(1), ToEnd with { SlotOffset = 7 }, Token);
        AssertSame(all.Rows[7], single.Rows[0]);
        Assert.True(all.Rows.Select(row => row.Text).Distinct(StringComparer.Ordinal).Count() > 8);
    }

    [Fact]
    public async Task Steps_one_by_one_make_the_same_answer_as_drawing_to_the_end()
    {
        (IPopulation whole, Ledger wholeLedger) = await Open(12);
        await using var _1 = whole;
        await whole.StepAsync(Rows(12), ToEnd, Token);
        (IPopulation stepped, Ledger steppedLedger) = await Open(12);
        await using var _2 = stepped;
        while (stepped.Rows.Any(row => row.State == RowState.Active))
        {
            await stepped.StepAsync(Active(stepped), new StepRule(), Token);
        }
        for (int row = 0; row < 12; row++)
        {
            AssertSame(whole.Rows[row], stepped.Rows[row]);
        }
        Assert.Equal(wholeLedger.Used.TokensGenerated, steppedLedger.Used.TokensGenerated);
        Assert.Equal(wholeLedger.Used.ForwardTokens, steppedLedger.Used.ForwardTokens);
    }

    [Fact]
    public async Task Log_probabilities_are_those_of_the_model_without_temperature()
    {
        (IPopulation rows, Ledger ledger) = await Open(8);
        await using var owned = rows;
        await rows.StepAsync(Rows(8), ToEnd with { Temperature = 0.7 }, Token);
        foreach (PartialAnswer row in rows.Rows)
        {
            Assert.Equal(ExactLogProb(Model, row.Tokens!), row.LogProb!.Value, 1e-5);
            Assert.Equal(row.Tokens!.Count, row.StepTokenEnds![^1]);
            Assert.Equal(row.Steps, row.StepLogProbs!.Count);
        }
        Assert.Equal(rows.Rows.Sum(row => row.TokenCount), ledger.Used.TokensGenerated);
        Assert.Equal(8, ledger.Used.Calls);
    }

    [Fact]
    public async Task The_prompt_goes_through_the_model_once_and_a_last_token_never()
    {
        (IPopulation rows, Ledger ledger) = await Open(8);
        await using var owned = rows;
        await rows.StepAsync(Rows(8), ToEnd, Token);
        Assert.Equal(3 + rows.Rows.Sum(row => row.TokenCount - 1), ledger.Used.ForwardTokens);
        Assert.Equal(8 * 3, ledger.Used.PromptTokens);
    }

    [Fact]
    public async Task Following_an_answer_gives_its_log_probability_and_can_be_continued()
    {
        (IPopulation rows, _) = await Open(4);
        await using var owned = rows;
        await rows.StepAsync(Rows(4), ToEnd, Token);
        PartialAnswer path = rows.Rows.First(row => row.Steps > 1);
        await rows.GrowAsync(1, Token);
        double logProb = await rows.FollowAsync(4, path, 1, Token);
        Assert.Equal(path.StepLogProbs![0], logProb, 1e-5);
        Assert.Equal(path.Text[..path.StepEnds[0]], rows.Rows[4].Text);
        Assert.Equal(RowState.Active, rows.Rows[4].State);
        await rows.StepAsync(new[] { 4 }, new StepRule(), Token);
        Assert.Equal(ExactLogProb(Model, rows.Rows[4].Tokens!), rows.Rows[4].LogProb!.Value, 1e-5);
        Assert.Equal(path.LogProb!.Value, await rows.FollowAsync(4, path, path.Steps, Token), 1e-5);
    }

    [Fact]
    public async Task Copies_of_a_row_part_and_kept_rows_come_back()
    {
        (IPopulation rows, _) = await Open(8);
        await using var owned = rows;
        await rows.StepAsync(Rows(8), new StepRule(), Token);
        int open = Active(rows)[0];
        string prefix = rows.Rows[open].Text;
        Mark mark = rows.Keep(open);
        rows.Reorder([open, open, open, open, open, open]);
        await rows.StepAsync(Rows(6), new StepRule { Iteration = 1 }, Token);
        Assert.All(rows.Rows, row => Assert.StartsWith(prefix, row.Text, StringComparison.Ordinal));
        Assert.All(rows.Rows, row => Assert.Equal(ExactLogProb(Model, row.Tokens!), row.LogProb!.Value, 1e-5));
        Assert.True(rows.Rows.Select(row => row.Text).Distinct(StringComparer.Ordinal).Count() > 2);
        rows.Reorder([3]);
        int back = rows.Restore(mark);
        Assert.Equal(prefix, rows.Rows[back].Text);
        await rows.StepAsync(new[] { back }, new StepRule { Iteration = 2 }, Token);
        Assert.Equal(ExactLogProb(Model, rows.Rows[back].Tokens!), rows.Rows[back].LogProb!.Value, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(50)]
    public async Task Tokens_never_exceed_the_cap_and_what_it_refuses_is_cut(int cap)
    {
        (IPopulation rows, Ledger ledger) = await Open(10, new Budget { MaxTokens = cap });
        await using var owned = rows;
        await rows.StepAsync(Rows(10), ToEnd, Token);
        Assert.True(ledger.Used.Tokens <= cap);
        Assert.DoesNotContain(rows.Rows, row => row.State == RowState.Active);
        Assert.Contains(rows.Rows, row => row is { State: RowState.Cut, Reason: CutReasons.Budget });
        Assert.Equal(cap, ledger.Used.Tokens);
    }

    [Fact]
    public async Task A_finished_answer_line_ends_an_answer()
    {
        (IPopulation rows, _) = await Open(60);
        await using var owned = rows;
        await rows.StepAsync(Rows(60), ToEnd, Token);
        PartialAnswer[] answered = [.. rows.Rows.Where(row => row.State == RowState.Finished && row.Tokens![^1] != 0)];
        Assert.NotEmpty(answered);
        Assert.All(answered, row => Assert.StartsWith("A", row.Text[(row.Text[..^1].LastIndexOf('\n') + 1)..].Trim(), StringComparison.Ordinal));
        Assert.All(rows.Rows.Where(row => row.State == RowState.Cut), row => Assert.Equal(CutReasons.StepTokens, row.Reason));
    }

    [Fact]
    public async Task A_judge_scores_every_step_reads_each_token_once_and_follows_copies()
    {
        (IPopulation rows, Ledger ledger) = await Open(6);
        await using var _1 = rows;
        SearchContext context = new() { Ledger = ledger, Uniforms = new HashedUniforms(9) };
        IScoring judging = new ModelLogProbScorer(Judge, Model).Open(Asked, context);
        await using var _2 = judging;
        int drawn = 0;
        for (int step = 0; step < 6; step++)
        {
            int[] active = Active(rows);
            int before = rows.Rows.Sum(row => row.TokenCount);
            await rows.StepAsync(active, new StepRule { Iteration = step }, Token);
            drawn += rows.Rows.Sum(row => row.TokenCount) - before;
            Score[] scores = new Score[active.Length];
            await judging.ScoreAsync(rows, active, scores, Token);
            for (int i = 0; i < active.Length; i++)
            {
                Assert.Equal(ExactLogProb(Judge, rows.Rows[active[i]].Tokens!), scores[i].Value, 1e-4);
                Assert.Equal(rows.Rows[active[i]].Steps, scores[i].Steps!.Count);
            }
            int[] parents = [5, 4, 4, 0, 1, 2];
            rows.Reorder(parents);
            judging.Reorder(parents);
        }
        Assert.Equal(drawn, ledger.Used.ScorerTokens);
    }

    [Fact]
    public async Task A_judge_with_another_vocabulary_reads_the_text()
    {
        BigramLanguageModel foreign = new(2, "A\nabcd: ");
        (IPopulation rows, Ledger ledger) = await Open(6);
        await using var _1 = rows;
        await rows.StepAsync(Rows(6), ToEnd, Token);
        IScoring judging = new ModelLogProbScorer(foreign, Model).Open(Asked, new SearchContext { Ledger = ledger, Uniforms = new HashedUniforms(9) });
        await using var _2 = judging;
        Score[] scores = new Score[6];
        await judging.ScoreAsync(rows, Rows(6), scores, Token);
        for (int row = 0; row < 6; row++)
        {
            Assert.Equal(ExactLogProb(foreign, foreign.Encode(rows.Rows[row].Text)), scores[row].Value, 1e-4);
        }
    }

    [Fact]
    public async Task A_model_that_judges_itself_agrees_with_the_drawing_log_probability()
    {
        (IPopulation rows, Ledger ledger) = await Open(6);
        await using var _1 = rows;
        await rows.StepAsync(Rows(6), ToEnd, Token);
        SearchContext context = new() { Ledger = ledger, Uniforms = new HashedUniforms(9) };
        Score[] free = new Score[6];
        Score[] charged = new Score[6];
        await using (IScoring scoring = new LogProbScorer().Open(Asked, context))
        {
            await scoring.ScoreAsync(rows, Rows(6), free, Token);
        }
        Assert.Equal(0, ledger.Used.ScorerTokens);
        await using (IScoring scoring = new ModelLogProbScorer(Model, Model).Open(Asked, context))
        {
            await scoring.ScoreAsync(rows, Rows(6), charged, Token);
        }
        Assert.All(free.Zip(charged), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 1e-4));
    }

    private static async Task<(IPopulation Rows, Ledger Ledger)> Open(int rows, Budget? budget = null)
    {
        Ledger ledger = new(budget ?? Budget.Unlimited);
        ModelProposer proposer = new(Model, new ModelProposerOptions { MaxAnswerTokens = 60, AnswerLine = "A" });
        IPopulation population = proposer.Open(Asked, new SearchContext { Ledger = ledger, Uniforms = new HashedUniforms(5) });
        await population.GrowAsync(rows, Token);
        return (population, ledger);
    }

    private static int[] Rows(int count) => [.. Enumerable.Range(0, count)];

    private static int[] Active(IPopulation rows) => [.. Enumerable.Range(0, rows.Rows.Count).Where(row => rows.Rows[row].State == RowState.Active)];

    private static double ExactLogProb(BigramLanguageModel model, IReadOnlyList<int> tokens)
    {
        int last = model.Encode("abc")[^1];
        double sum = 0;
        foreach (int token in tokens)
        {
            sum += model.LogProb(last, token);
            last = token;
        }
        return sum;
    }

    private static void AssertSame(PartialAnswer a, PartialAnswer b)
    {
        Assert.Equal(a.Text, b.Text);
        Assert.Equal(a.Tokens!, b.Tokens!);
        Assert.Equal(a.StepEnds, b.StepEnds);
        Assert.Equal(a.StepLogProbs!, b.StepLogProbs!);
        Assert.Equal(a.State, b.State);
    }
}
