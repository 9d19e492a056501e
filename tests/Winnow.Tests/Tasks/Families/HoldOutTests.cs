using Winnow.Numerics;
using Winnow.Tasks.Families;

namespace Winnow.Tests.Tasks.Families;

public sealed class HoldOutTests
{
    [Fact]
    public void Training_and_held_out_problems_share_no_question()
    {
        foreach (ITaskFamily family in TaskFamilies.All)
        {
            int level = family.Levels[^1];
            HashSet<string> heldOut = [.. HoldOut.Draw(family, level, 50, seed: 1).Select(example => example.Question)];
            Assert.Equal(50, heldOut.Count);
            Assert.All(heldOut, question => Assert.True(HoldOut.IsHeldOut(family.Id, question)));
            SplitMix64 random = new(1);
            for (int i = 0; i < 1_000; i++)
            {
                Assert.DoesNotContain(HoldOut.DrawTraining(family, level, random).Question, heldOut);
            }
        }
    }

    [Fact]
    public void About_five_in_a_hundred_problems_are_held_out()
    {
        ITaskFamily family = TaskFamilies.Get("multistep_arithmetic");
        SplitMix64 random = new(2);
        int heldOut = Enumerable.Range(0, 20_000).Count(_ => HoldOut.IsHeldOut(family.Id, family.Generate(3, random).Question));
        // Four standard deviations of a binomial count of 20,000 at 0.05.
        Assert.InRange(heldOut, 1_000 - 124, 1_000 + 124);
    }

    [Fact]
    public void A_level_with_few_problems_gives_all_it_has()
    {
        ITaskFamily family = TaskFamilies.Get("boolean_expressions");
        IReadOnlyList<GeneratedExample> all = HoldOut.DrawAtMost(family, 3, 1_000, seed: 1);
        Assert.InRange(all.Count, 10, 999);
        Assert.Equal(all.Count, all.Select(example => example.Question).Distinct().Count());
        Assert.Equal(all.Take(10).Select(example => example.Question), HoldOut.Draw(family, 3, 10, seed: 1).Select(example => example.Question));
    }

    [Fact]
    public void The_hash_never_changes() =>
        // Published models were trained on what this hash leaves; a change would put their test problems into training.
        Assert.Equal([6, 57], Enumerable.Range(0, 60).Where(i => HoldOut.IsHeldOut("word_sorting", $"Sort acorn {i}")));

    [Fact]
    public void A_level_with_few_problems_is_refused_instead_of_hanging()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => HoldOut.Draw(TaskFamilies.Get("boolean_expressions"), 1, 10, seed: 1));
        Assert.Contains("fewer than 500", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => HoldOut.Draw(TaskFamilies.Get("boolean_expressions"), 3, 100_000, seed: 1));
    }

    [Fact]
    public void The_same_seed_draws_the_same_problems()
    {
        ITaskFamily family = TaskFamilies.Get("word_arith");
        Assert.Equal(HoldOut.Draw(family, 3, 20, seed: 9).Select(example => example.Question), HoldOut.Draw(family, 3, 20, seed: 9).Select(example => example.Question));
    }
}
