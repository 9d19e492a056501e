using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Models;

namespace Winnow.Cli.Verbs;

/// <summary>The checks of <c>winnow doctor</c>. Each looks at one thing and says what it found.</summary>
internal static class MachineChecks
{
    /// <summary>Runs all checks, most needed first.</summary>
    public static IReadOnlyList<CheckDocument> Run(Shell shell) =>
        [Runtime(), Sdk(), Cores(), Vectors(), EmbeddedFiles(), EmbeddedModel(), EmbeddedTask(), WriteAccess(shell), Lab(shell)];

    private static CheckDocument Runtime() =>
        new("runtime", CheckState.Ok, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}.");

    private static CheckDocument Sdk()
    {
        string sdks = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "sdk"));
        string[] versions = Directory.Exists(sdks) ? [.. Directory.EnumerateDirectories(sdks).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];
        return versions.Any(version => version.StartsWith("10.", StringComparison.Ordinal))
            ? new CheckDocument("sdk", CheckState.Ok, $".NET SDK {string.Join(", ", versions)}.")
            : new CheckDocument("sdk", CheckState.Note, "No .NET 10 SDK beside the runtime.", "Running needs none; building does: https://dot.net/download.");
    }

    private static CheckDocument Cores() => Environment.ProcessorCount > 1
        ? new CheckDocument("cores", CheckState.Ok, $"{Environment.ProcessorCount} logical cores; one problem runs on each.")
        : new CheckDocument("cores", CheckState.Note, "One logical core.", "Everything works, at half the speed of two.");

    private static CheckDocument Vectors()
    {
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        return bits > 0
            ? new CheckDocument("vectors", CheckState.Ok, $"{bits} bits wide.")
            : new CheckDocument("vectors", CheckState.Note, "No vector instructions.", "The model runs several times slower than it could.");
    }

    private static CheckDocument EmbeddedFiles() => Checked("bundled files", () =>
    {
        IReadOnlyList<string> wrong = Manifest.Required.Verify();
        return wrong.Count == 0
            ? new CheckDocument("bundled files", CheckState.Ok, "Every model and task file has its checksum.")
            : new CheckDocument("bundled files", CheckState.Wrong, string.Join("; ", wrong) + ".", "Build or install winnow again.");
    });

    private static CheckDocument EmbeddedModel() => Checked("bundled model", () =>
    {
        using ModelShelf models = new();
        ILanguageModel model = models.Open(null);
        using ISession session = model.Open(new SessionOptions { MaxRows = 1, MaxCachedTokens = 16 });
        int row = session.Add(model.Vocabulary.Encode("Q:", addSpecialTokens: true));
        ReadOnlySpan<float> logits = session.Logits(row, session.Length(row) - 1);
        bool isFinite = System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(logits);
        string size = (model.Info.Parameters / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
        return isFinite
            ? new CheckDocument("bundled model", CheckState.Ok, $"{model.Info.Name} loads ({size} million parameters) and computes.")
            : new CheckDocument("bundled model", CheckState.Wrong, $"{model.Info.Name} loads but computes values that are no numbers.", "Build or install winnow again.");
    });

    private static CheckDocument EmbeddedTask() => Checked("bundled task", () =>
    {
        Tasks.TaskSet task = TaskShelf.Load(null);
        return new CheckDocument("bundled task", CheckState.Ok, $"{task.Name} has {task.Problems.Count} problems.");
    });

    private static CheckDocument WriteAccess(Shell shell)
    {
        string home = Path.GetFullPath(shell.Home);
        try
        {
            ComparisonFolder.Prepare(home, "");
            return new CheckDocument("write access", CheckState.Ok, $"Reports go below {home}.");
        }
        catch (RequestException error)
        {
            return new CheckDocument("write access", CheckState.Wrong, error.Message);
        }
    }

    private static CheckDocument Lab(Shell shell) => LabHandover.Find(shell) is { } path
        ? new CheckDocument("winnow-lab", CheckState.Ok, $"Training is at {path}; `winnow-lab doctor` says whether libtorch loads.")
        : new CheckDocument("winnow-lab", CheckState.Note, "Not here; only training needs it, and the libtorch that it brings.", "In a checkout: dotnet build -c Release src/Winnow.Lab.");

    private static CheckDocument Checked(string name, Func<CheckDocument> check)
    {
        try
        {
            return check();
        }
        catch (Exception error) when (error is WinnowException or RequestException or IOException or ArgumentException)
        {
            return new CheckDocument(name, CheckState.Wrong, error.Message);
        }
    }
}
