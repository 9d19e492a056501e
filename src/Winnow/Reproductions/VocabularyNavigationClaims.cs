using System.Diagnostics;
using Winnow.Decoding;
using Winnow.Decoding.Navigation;
using Winnow.Numerics;
using Winnow.Tasks;

namespace Winnow.Reproductions;

/// <summary>
/// The claims of "Correlation and Navigation in the Vocabulary Key Representation Space of Language Models" (Peng, An and
/// Shang, 2025): tokens rank in the middle because their keys stand near those of top tokens, right or wrong, and listing
/// what was found leads to more different right answers than going down the ranks. On a trained model of lists whose world
/// is known, and on the bundled language model.
/// </summary>
/// <param name="open">Opens a model and its problems.</param>
public sealed class VocabularyNavigationClaims(Func<CancellationToken, Task<TaskSetting>> open) : IReproduction
{
    private const ulong Seed = 1;
    private const int Answers = 20;

    /// <inheritdoc/>
    public string PaperId => "vocabulary-navigation";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClaimResult>> RunAsync(ReproductionEffort effort, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        (int worlds, int problems) = effort switch
        {
            ReproductionEffort.Quick => (4, 24),
            ReproductionEffort.Default => (10, 100),
            _ => (60, 300),
        };
        IReadOnlyList<ClaimResult> inWorlds = InWorlds(worlds, progress, cancellationToken);
        TaskSetting setting = await open(cancellationToken).ConfigureAwait(false);
        return [.. inWorlds, .. OnModel(setting, problems, progress, cancellationToken)];
    }

    private IReadOnlyList<ClaimResult> InWorlds(int worlds, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        List<double> accuracyGap = [], rankGap = [], overRanks = [], overDraws = [], ranks = [], draws = [], atEqualTokens = [];
        for (int w = 0; w < worlds; w++)
        {
            progress?.Report($"a world of lists, {w + 1} of {worlds}");
            ListWorld world = new(Seeds.Derive(Seed, "world", w), cancellationToken);
            for (int category = 0; category < ListWorld.CategoryCount; category++)
            {
                float[] logits = world.Logits(category, []);
                int[] ranked = [.. Enumerable.Range(0, logits.Length).OrderByDescending(thing => logits[thing])];
                KeySpaceSplit split = KeySpaceProbe.Split(ranked, ListWorld.ClusterOf, thing => world.IsMember(category, thing));
                if (double.IsFinite(split.InClusterMeanRank) && double.IsFinite(split.OtherMeanRank))
                {
                    accuracyGap.Add(split.OtherAccuracy - split.InClusterAccuracy);
                    rankGap.Add(split.OtherMeanRank - split.InClusterMeanRank);
                }
                double Precision(IEnumerable<int> found) => found.Count(thing => world.IsMember(category, thing)) / (double)Answers;
                int[] navigated = Navigate(world, category);
                double navigation = Precision(navigated);
                double ranking = Precision(ranked.Take(Answers));
                List<int> drawn = Draw(world, category, HashedUniforms.For(Seed, "draws", w * ListWorld.CategoryCount + category));
                double drawing = Precision(drawn.Take(Answers));
                ranks.Add(ranking);
                draws.Add(drawing);
                overRanks.Add(navigation - ranking);
                overDraws.Add(navigation - drawing);
                atEqualTokens.Add(navigation - Precision(drawn));
            }
        }
        ClaimResult Claim(string claim, string metric, List<double> values, bool expected, double? baseline) =>
            Measurement.Exceeds(PaperId, claim, metric, 0, values.ToArray(), expected, baseline, Seed, watch);
        return
        [
            Claim("Middle-ranked tokens whose keys stand near top ones are less often right than other middle-ranked tokens.", "accuracy of other middle ranks (11 to 100) less that of ranks in a top cluster, per category of a list world", accuracyGap, expected: true, null),
            Claim("And they rank before them.", "mean rank of other middle ranks less that of ranks in a top cluster", rankGap, expected: true, null),
            Claim($"Navigation finds more right answers than the top of the ranking.", $"right among {Answers} answers: navigation less the top {Answers} first tokens", overRanks, expected: true, ranks.Average()),
            Claim($"Navigation finds more right answers than drawing without repetition.", $"right among {Answers} answers: navigation less draws at temperature 1", overDraws, expected: true, draws.Average()),
            Claim("It does so at equal tokens, lists read again each time included.", $"right answers over {Answers}: navigation less as many draws as its tokens pay for", atEqualTokens, expected: false, null),
        ];
    }

    /// <summary>One thing at a time: the best unused one behind the list so far.</summary>
    private static int[] Navigate(ListWorld world, int category)
    {
        List<int> list = [];
        while (list.Count < Answers)
        {
            list.Add(VocabularyNavigator.NextFirstToken(world.Logits(category, list), list.Contains));
        }
        return [.. list];
    }

    /// <summary>Different things drawn at temperature 1 with the tokens that navigation reads: each draw reads the category and writes a thing.</summary>
    private static List<int> Draw(ListWorld world, int category, HashedUniforms uniforms)
    {
        int tokens = Enumerable.Range(0, Answers).Sum(listed => 1 + listed + 1);
        float[] logits = world.Logits(category, []);
        List<int> different = [];
        for (int draw = 0; draw < tokens / 2 || different.Count < Answers; draw++)
        {
            int thing = TokenSampler.Draw(logits, 1, uniforms.Next("draw", draw, 0, 0)).Token;
            if (!different.Contains(thing))
            {
                different.Add(thing);
            }
        }
        return different;
    }

    private IReadOnlyList<ClaimResult> OnModel(TaskSetting setting, int problems, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        FirstTokenProbe probe = new(setting.Model, Seed);
        List<double> accuracyGap = [], rankGap = [];
        foreach ((int i, Problem problem) in setting.Task.Problems.Take(problems).Index())
        {
            progress?.Report($"{setting.Model.Info.Name}, first tokens of problem {i + 1}");
            KeySpaceSplit split = probe.Split(problem, cancellationToken);
            if (double.IsFinite(split.InClusterMeanRank) && double.IsFinite(split.OtherMeanRank))
            {
                accuracyGap.Add(split.OtherAccuracy - split.InClusterAccuracy);
                rankGap.Add(split.OtherMeanRank - split.InClusterMeanRank);
            }
        }
        string name = setting.Model.Info.Name;
        return accuracyGap.Count < 2 ? [] :
        [
            Measurement.Exceeds(PaperId, "On a language model too, keys near top ones rank before other middle ranks.", $"mean rank of other middle ranks (11 to 60) less that of ranks in a top cluster ({name}, {rankGap.Count} problems)", 0, rankGap.ToArray(), expected: true, null, Seed, watch),
            Measurement.Exceeds(PaperId, "And they are less often right there.", $"accuracy of other middle ranks less that of ranks in a top cluster ({name}), greedy answers that begin with the token", 0, accuracyGap.ToArray(), expected: true, null, Seed, watch),
        ];
    }
}
