namespace Winnow.Evaluation;

/// <summary>The samples of one problem and which of them was selected.</summary>
/// <param name="Texts">Shape [N], N ≥ 1; the samples as drawn.</param>
/// <param name="Answers">Shape [N]; the canonical answer of each, null where none was found.</param>
/// <param name="IsCorrect">Shape [N]; whether each is right.</param>
/// <param name="Selected">Index of the selected sample; −1 where none was.</param>
public sealed record SelectedSamples(IReadOnlyList<string> Texts, IReadOnlyList<string?> Answers, IReadOnlyList<bool> IsCorrect, int Selected);

/// <summary>What a selector made of its samples: how good it is between one draw and a perfect selector, and how much the samples differ.</summary>
/// <remarks>
/// Accuracy alone hides whether the samples or the selector are to blame: coverage is the most that any selector could
/// reach, pass@1 what drawing one at random would.
/// </remarks>
public sealed record SelectionSummary
{
    /// <summary>Share of problems whose selected sample is right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean share of samples that are right.</summary>
    public required double PassAt1 { get; init; }

    /// <summary>Share of problems with at least one right sample.</summary>
    public required double Coverage { get; init; }

    /// <summary>(accuracy − pass@1) / (coverage − pass@1): 1 is a perfect selector, 0 a random one; null where every selector does the same.</summary>
    public double? SelectorEfficiency => Coverage > PassAt1 ? (Accuracy - PassAt1) / (Coverage - PassAt1) : null;

    /// <summary>Mean over problems of 1 − distinct texts / samples.</summary>
    public required double DuplicateRate { get; init; }

    /// <summary>Problems with several samples that are all the same text: a sign of one seed sent for all draws.</summary>
    public required int IdenticalSampleProblems { get; init; }

    /// <summary>Samples without an answer.</summary>
    public required int Unparsed { get; init; }

    /// <summary>Share of problems whose most frequent answer (on ties the first) is wrong or missing: majority voting loses them however many are drawn.</summary>
    public required double ModalWrong { get; init; }

    /// <summary>Sums problems up.</summary>
    /// <param name="problems">At least one, each with at least one sample.</param>
    /// <remarks>Cost: O(samples).</remarks>
    /// <exception cref="ArgumentException">There is no problem, or one has no samples, lists of different lengths, or a selection outside them.</exception>
    public static SelectionSummary Of(IReadOnlyList<SelectedSamples> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (problems.Count == 0)
        {
            throw new ArgumentException("There is no problem to sum up; give at least one.", nameof(problems));
        }
        for (int i = 0; i < problems.Count; i++)
        {
            Check(problems[i], i);
        }
        return new SelectionSummary
        {
            Accuracy = problems.Average(problem => problem.Selected >= 0 && problem.IsCorrect[problem.Selected] ? 1.0 : 0),
            PassAt1 = problems.Average(problem => PassAtK.Any(problem.IsCorrect.Count, problem.IsCorrect.Count(right => right), 1)),
            Coverage = problems.Average(problem => problem.IsCorrect.Contains(true) ? 1.0 : 0),
            DuplicateRate = problems.Average(problem => 1 - (double)Distinct(problem) / problem.Texts.Count),
            IdenticalSampleProblems = problems.Count(problem => problem.Texts.Count > 1 && Distinct(problem) == 1),
            Unparsed = problems.Sum(problem => problem.Answers.Count(answer => answer is null)),
            ModalWrong = problems.Average(problem => IsModeRight(problem) ? 0 : 1.0),
        };
    }

    private static int Distinct(SelectedSamples problem) => problem.Texts.Distinct(StringComparer.Ordinal).Count();

    private static bool IsModeRight(SelectedSamples problem)
    {
        string? mode = problem.Answers.OfType<string>().CountBy(answer => answer, StringComparer.Ordinal)
            .OrderByDescending(counted => counted.Value).FirstOrDefault().Key;
        return mode is not null && problem.IsCorrect[problem.Answers.Index().First(answer => answer.Item == mode).Index];
    }

    private static void Check(SelectedSamples problem, int index)
    {
        int samples = problem.Texts.Count;
        if (samples == 0 || problem.Answers.Count != samples || problem.IsCorrect.Count != samples)
        {
            throw new ArgumentException($"Problem {index} has {samples} texts, {problem.Answers.Count} answers and {problem.IsCorrect.Count} verdicts; give one of each for every sample, and at least one sample.", nameof(problem));
        }
        if (problem.Selected < -1 || problem.Selected >= samples)
        {
            throw new ArgumentException($"Problem {index} has sample {problem.Selected} selected; it must lie in −1 … {samples - 1}, where −1 says that none was.", nameof(problem));
        }
    }
}
