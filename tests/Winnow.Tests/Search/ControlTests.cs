using Winnow.Budgets;
using Winnow.Search;

namespace Winnow.Tests.Search;

/// <summary>A scorer that knows nothing must not help, and one that knows everything must find what was drawn.</summary>
public sealed class ControlTests
{
    private const int Problems = 400;
    private const int Rows = 12;

    /// <summary>Four standard errors of an accuracy over the problems.</summary>
    private static readonly double Margin = 4 * 0.5 / Math.Sqrt(Problems);

    public static TheoryData<string> SingleChoice => ["best-of-n", "beam", "dvts", "particle-filter"];

    public static TheoryData<string> Voting => ["weighted-majority", "beam", "dvts", "particle-filter"];

    public static TheoryData<string> All => ["best-of-n", "weighted-majority", "beam", "dvts", "particle-filter"];

    [Theory]
    [MemberData(nameof(SingleChoice))]
    public void Choosing_one_answer_by_a_random_scorer_is_as_good_as_one_draw(string id)
    {
        double passAt1 = Enumerable.Range(0, Problems).Average(i => RandomTrees.PassAt1(Tree(i), "a"));
        double accuracy = Accuracy(id, takesBest: true, i => Tree(i), _ => new RandomScorer(7));
        Assert.InRange(accuracy, passAt1 - Margin, passAt1 + Margin);
    }

    [Theory]
    [MemberData(nameof(Voting))]
    public void A_vote_weighted_by_a_random_scorer_is_no_better_than_a_plain_one(string id)
    {
        double plain = Accuracy("majority", takesBest: false, i => Tree(i), _ => null);
        double accuracy = Accuracy(id, takesBest: false, i => Tree(i), _ => new RandomScorer(7));
        Assert.True(accuracy <= plain + Margin, $"{id} {accuracy}, majority {plain}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_oracle_scorer_brings_search_to_coverage(string id)
    {
        double coverage = Accuracy("oracle", takesBest: false, Knowing, _ => null);
        double accuracy = Accuracy(id, takesBest: false, Knowing, tree => new ScriptedScorer(tree));
        Assert.True(accuracy >= coverage - 0.01, $"{id} {accuracy}, coverage {coverage}");
        Assert.InRange(coverage, 0.5, 0.9);
    }

    [Fact]
    public void The_oracle_scorer_of_tasks_chooses_a_right_answer_if_there_is_one()
    {
        double coverage = Accuracy("oracle", takesBest: false, i => Tree(i), _ => null);
        Assert.Equal(coverage, Accuracy("best-of-n", takesBest: false, i => Tree(i), _ => new OracleScorer()));
    }

    private static readonly ScriptedTree[] Trees = [.. Enumerable.Range(0, Problems).Select(i => RandomTrees.Make(new Random(i)))];

    private static readonly ScriptedTree[] KnowingTrees = [.. Enumerable.Range(0, Problems).Select(i => RandomTrees.Make(new Random(i), scoresKnowTheAnswer: true))];

    private static ScriptedTree Tree(int i) => Trees[i];

    private static ScriptedTree Knowing(int i) => KnowingTrees[i];

    private static double Accuracy(string id, bool takesBest, Func<int, ScriptedTree> tree, Func<ScriptedTree, IScorer?> scorer)
    {
        IStrategy strategy = (id, takesBest) switch
        {
            ("beam", true) => new Beam(new BeamOptions { Rows = Rows, Convention = BeamConvention.SearchAndLearn }),
            ("dvts", true) => new Dvts(new BeamOptions { Rows = Rows, Convention = BeamConvention.SearchAndLearn }),
            ("particle-filter", true) => new ParticleFilter(new ParticleFilterOptions { Particles = Rows, Choice = ParticleChoice.Argmax }),
            _ => Strategies.Create(id, new StrategySettings { Samples = Rows }),
        };
        int right = 0;
        for (int i = 0; i < Problems; i++)
        {
            ScriptedTree own = tree(i);
            right += RandomTrees.Solve(strategy, own, scorer(own), Budget.Unlimited, (ulong)i).Answer == "a" ? 1 : 0;
        }
        return (double)right / Problems;
    }
}
