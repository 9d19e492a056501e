using Winnow.Cli.Documents;
using Winnow.Evaluation;
using Winnow.Rendering;
using Winnow.Rendering.Plots;
using Winnow.Rendering.Reports;

namespace Winnow.Cli.Verbs;

/// <summary>The folder that a comparison leaves: report, plots, the JSON document and the table.</summary>
internal sealed class ComparisonFolder
{
    private readonly string _path;
    private readonly string _command;

    private ComparisonFolder(string path, string command)
    {
        _path = path;
        _command = command;
    }

    /// <summary>Makes the folder before anything is drawn, so that a long run cannot end in a folder that cannot be written.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="command">The command that repeats the run.</param>
    /// <exception cref="RequestException">It cannot be written.</exception>
    public static ComparisonFolder Prepare(string path, string command)
    {
        try
        {
            Directory.CreateDirectory(path);
            string probe = Path.Combine(path, ".writable");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new ComparisonFolder(path, command);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"The folder {path} cannot be written ({error.Message}). Name another with --out, or set WINNOW_HOME.", error);
        }
    }

    /// <summary>The folder of a run below Winnow's own: the same run always writes to the same place.</summary>
    public static string DefaultPath(Shell shell, string task, string model, ulong seed) =>
        Path.Combine(shell.Home, "compare", FormattableString.Invariant($"{Plain(task)}-{Plain(model)}-seed{seed}"));

    /// <summary>Writes report, plots and table.</summary>
    /// <returns>Where they are.</returns>
    public CompareFilesDocument Write(ComparisonResult result)
    {
        Scene plot = AccuracyPlot.Of(result).ToScene();
        string report = Path.Combine(_path, "report.html");
        string svg = Path.Combine(_path, "accuracy.svg");
        string png = Path.Combine(_path, "accuracy.png");
        File.WriteAllText(report, HtmlReport.Write(result, new ReportFacts { Command = _command }));
        File.WriteAllText(svg, SvgWriter.File(plot));
        File.WriteAllBytes(png, PngWriter.Write(plot));
        File.WriteAllText(Path.Combine(_path, "table.tsv"), ComparisonTable.Tsv(result));
        return new CompareFilesDocument(report, [svg, png]);
    }

    /// <summary>Writes the JSON document beside the report.</summary>
    public void WriteDocument(CompareDocument document) =>
        File.WriteAllText(Path.Combine(_path, "comparison.json"), JsonOutput.Text(document) + "\n");

    private static string Plain(string name) =>
        string.Concat(Path.GetFileNameWithoutExtension(name.TrimEnd('/', '\\')).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
}
