using System.Globalization;
using Winnow.Cli.Documents;
using Winnow.Metrics.Checklists;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary>Scores and checklists for people.</summary>
internal static class MetricsView
{
    public static void Write(MetricsDocument document, Shell shell)
    {
        TextWriter output = shell.Output;
        int width = document.Results.Max(result => result.Name.Length);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{document.Texts:#,0} texts, {document.References.Count} references each"));
        foreach (MetricDocument result in document.Results)
        {
            string interval = result is { CiLow: { } low, CiHigh: { } high } ? string.Create(CultureInfo.InvariantCulture, $"[{low:0.00}, {high:0.00}]") : "no interval";
            string better = result.HigherIsBetter switch { true => "higher is better", false => "lower is better", null => "" };
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {result.Name.PadRight(width)}  {result.Score,7:0.00}  {interval,-18}  {better}").TrimEnd());
        }
        if (document.Tests.Count > 0)
        {
            output.WriteLine($"Less {SafeText.OneLine(document.Baseline!)}:");
            foreach (MetricTestDocument test in document.Tests)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {test.Metric.PadRight(width)}  {test.Difference,+7:+0.00;-0.00;0.00}  [{test.CiLow:0.00}, {test.CiHigh:0.00}]  p = {test.PRandomization:0.0000} (exchanges), {test.PBootstrap:0.0000} (bootstrap)"));
            }
        }
        output.WriteLine("Signatures:");
        foreach (MetricDocument result in document.Results)
        {
            output.WriteLine($"  {result.Name.PadRight(width)}  {result.Signature}");
        }
        foreach (LeftOutMetricDocument left in document.LeftOut)
        {
            shell.Error.WriteLine($"winnow: {left.Metric} is left out. {left.Reason}");
        }
        foreach (string warning in document.Warnings)
        {
            shell.Error.WriteLine($"winnow: {warning}");
        }
    }

    public static void Write(IReadOnlyList<GenerationTask> tasks, TextWriter output)
    {
        foreach (GenerationTask task in tasks)
        {
            output.WriteLine($"{task.Name} ({task.Id})");
            output.WriteLine($"  {task.Is}");
            output.WriteLine($"  Forms: {string.Join(", ", task.Forms)}");
            output.WriteLine($"  Closeness:    {string.Join("; ", task.Quality)}");
            output.WriteLine($"  Variety:      {string.Join("; ", task.Diversity)}");
            output.WriteLine($"  Faithfulness: {string.Join("; ", task.Faithfulness)}");
            foreach (string pitfall in task.Pitfalls)
            {
                output.WriteLine($"  - {pitfall}");
            }
            output.WriteLine();
        }
        output.WriteLine("Before the numbers are believed:");
        foreach (GenerationChallenge challenge in GenerationChallenge.All)
        {
            output.WriteLine($"  {challenge.Name}");
            foreach (string question in challenge.Questions)
            {
                output.WriteLine($"    [ ] {question}");
            }
        }
    }
}
