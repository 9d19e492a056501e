using System.Globalization;

namespace Winnow.Tests.Inference.Fuzzing;

/// <summary>
/// Loaders over broken files: each is read, or refused by an error of our own; the process lives, and no more memory is
/// taken than the file and what its checked tensors need. WINNOW_FUZZ_CASES sets the number of files for each loader,
/// WINNOW_FUZZ_FIRST the number of the first; this long form uses all cores, shows its progress, and refuses what takes
/// over two seconds. A file that fails is kept in the temporary folder: it belongs into Inference/Fuzzing/Cases.
/// </summary>
public sealed class LoaderFuzzTests
{
    private const int ShortForm = 400;

    private static readonly int? LongForm = Number("WINNOW_FUZZ_CASES");

    public static TheoryData<string> Loaders => [.. LoaderTarget.Names];

    [Theory]
    [MemberData(nameof(Loaders))]
    public void Broken_files_are_read_or_refused(string loader)
    {
        int cases = LongForm ?? ShortForm;
        using FuzzRun run = new(loader, LongForm is null ? 1 : Environment.ProcessorCount, isTimed: LongForm is not null, Console.Error.WriteLine);
        long refused = run.Run(Number("WINNOW_FUZZ_FIRST") ?? 0, cases);
        // A mutation that changes nothing that matters is rare enough that most are refused.
        Assert.InRange(refused, cases / 4, cases);
    }

    [Fact]
    public void Files_that_once_failed_are_read_or_refused()
    {
        string folder = Path.Combine(RepositoryRoot.Path, "tests", "Winnow.Tests", "Inference", "Fuzzing", "Cases");
        foreach (string loader in LoaderTarget.Names)
        {
            using FuzzRun run = new(loader, threads: 1, isTimed: false, Console.Error.WriteLine);
            foreach (string file in Directory.EnumerateFiles(folder, $"{loader}-*"))
            {
                run.RunFile(File.ReadAllBytes(file), file);
            }
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
