using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks.Families;

namespace Winnow.Lab.Measuring;

/// <summary>What a model does on held-out problems of one family and level, at temperature 1.</summary>
internal sealed record FamilyCell
{
    public required string Family { get; init; }

    public required int Level { get; init; }

    /// <summary>Problems.</summary>
    public required int N { get; init; }

    /// <summary>Draws for each.</summary>
    public required int Draws { get; init; }

    public required double Greedy { get; init; }

    /// <summary>Chance that one draw is right.</summary>
    public required double PassAt1 { get; init; }

    /// <summary>95 % interval of <see cref="PassAt1"/>, bootstrapped over problems.</summary>
    public required Interval PassAt1Interval { get; init; }

    /// <summary>Chance that one of 16 draws is right.</summary>
    public required double PassAt16 { get; init; }

    /// <summary>Accuracy of the majority of 16.</summary>
    public required double MajorityAt16 { get; init; }

    /// <summary>Share of right lines, each given the lines before it.</summary>
    public required double StepAccuracy { get; init; }

    /// <summary>Share of answers that ended by themselves.</summary>
    public required double Finished { get; init; }

    /// <summary>Share of problems that no draw answers.</summary>
    public double NeverIn16 => 1 - PassAt16;

    /// <summary>Whether search has something to show here: neither solved nor hopeless, and voting helps.</summary>
    public bool IsInBand => PassAt1 is >= 0.30 and <= 0.60 && PassAt16 >= 0.70 && MajorityAt16 - PassAt1 >= 0.05;

    /// <summary>Sums up one cell.</summary>
    public static FamilyCell Of(ITaskFamily family, int level, IReadOnlyList<DrawnProblem> problems, ulong seed)
    {
        const int group = 16;
        double[] passAt1 = new double[problems.Count];
        double greedy = 0, passAt16 = 0, majority = 0;
        long lines = 0, rightLines = 0, finished = 0;
        var vote = new MajorityVote();
        for (int i = 0; i < problems.Count; i++)
        {
            DrawnProblem drawn = problems[i];
            int right = drawn.Draws.Count(drawn.IsRight);
            passAt1[i] = right / (double)drawn.Draws.Count;
            greedy += drawn.IsRight(drawn.Greedy) ? 1 : 0;
            passAt16 += PassAtK.Any(drawn.Draws.Count, right, Math.Min(group, drawn.Draws.Count));
            string? answer = vote.Choose([.. drawn.Draws.Take(group)]).Answer;
            majority += answer is not null && drawn.Problem.Checker.IsCorrect(drawn.Problem, answer) ? 1 : 0;
            foreach (Candidate draw in drawn.Draws)
            {
                IReadOnlyList<bool> verdicts = family.CheckSteps(drawn.Problem.Question, draw.Answer.Text);
                lines += verdicts.Count;
                rightLines += verdicts.Count(isRight => isRight);
                finished += draw.Answer.State == RowState.Finished ? 1 : 0;
            }
        }
        int n = problems.Count;
        BootstrapResult interval = Bootstrap.Mean(passAt1, HashedUniforms.For(seed, family.Id, level));
        return new FamilyCell
        {
            Family = family.Id,
            Level = level,
            N = n,
            Draws = problems[0].Draws.Count,
            Greedy = greedy / n,
            PassAt1 = interval.Estimate,
            PassAt1Interval = interval.Percentile,
            PassAt16 = passAt16 / n,
            MajorityAt16 = majority / n,
            StepAccuracy = lines == 0 ? 0 : rightLines / (double)lines,
            Finished = finished / (double)(n * problems[0].Draws.Count),
        };
    }
}
