using Winnow.Embedded;
using Winnow.Models;
using Winnow.Reproductions;
using Winnow.Search;
using Winnow.Tasks;
using Winnow.Tasks.Families;

namespace Winnow.Tests.Reproductions;

/// <summary>A small sure slice of what <c>winnow reproduce</c> measures.</summary>
public sealed class ReproductionTests
{
    [Fact]
    public void The_enumerated_posterior_is_a_distribution_over_the_leaves()
    {
        ScriptedTree tree = PosteriorTree.Create();
        double[] posterior = PosteriorTree.Posterior(tree);

        Assert.Equal(1, posterior.Sum(), 12);
        Assert.Equal(27, posterior.Count(mass => mass > 0));
    }

    [Fact]
    public async Task On_a_reward_tree_a_plain_draw_is_right_as_often_as_all_its_steps_are()
    {
        var tree = new SyntheticRewardTree();
        Problem[] problems = [.. Enumerable.Range(0, 4_000).Select(i => SyntheticRewardTree.Problem($"tree-{i}"))];

        double[] right = await Measurement.AccuracyAsync(
            new RepeatedSampling(new() { Samples = 1 }), problems, tree, null, new() { MaxTokens = 8 }, 1, TestContext.Current.CancellationToken);

        // 0.75^8 = 0.100; four standard errors of 4,000 trees are 0.019.
        Assert.InRange(right.Average(), 0.081, 0.119);
    }

    [Fact]
    public async Task Coverage_of_the_embedded_model_rises_with_draws()
    {
        using ILanguageModel model = EmbeddedModels.Load();
        TaskSet task = EmbeddedTasks.Load();
        var proposer = new ModelProposer(model, new() { MaxAnswerTokens = FamilyTasks.MaxAnswerTokens, AnswerLine = "A:", Threads = 1 });
        var reproduction = new RepeatedSamplingClaims(_ =>
            Task.FromResult(new ReproductionSetting(proposer, new LogProbScorer(), task with { Problems = [.. task.Problems.Take(12)] })));

        IReadOnlyList<ClaimResult> claims = await reproduction.RunAsync(ReproductionEffort.Quick, null, TestContext.Current.CancellationToken);

        Assert.Equal("repeated-sampling", reproduction.PaperId);
        Assert.True(claims[0].Holds, $"{claims[0].Metric}: {claims[0].Measured}");
        Assert.True(claims[^1].Holds, "the tail of a Beta distribution is a fact of arithmetic");
    }
}
