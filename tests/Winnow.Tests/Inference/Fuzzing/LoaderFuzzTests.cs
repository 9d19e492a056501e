using System.Diagnostics;
using System.Globalization;
using Winnow.Numerics;

namespace Winnow.Tests.Inference.Fuzzing;

/// <summary>
/// Loaders over broken files: each is read, or refused by an error of our own; the process lives, and no more memory is
/// taken than the file and what its checked tensors need. WINNOW_FUZZ_CASES sets the number of files for each loader;
/// the long form also refuses what takes over two seconds. A file that fails is kept in the temporary folder: it belongs
/// into Inference/Fuzzing/Cases.
/// </summary>
public sealed class LoaderFuzzTests
{
    private const int ShortForm = 400;
    private const long SpareBytes = 64L << 20;

    private static readonly int? LongForm =
        int.TryParse(Environment.GetEnvironmentVariable("WINNOW_FUZZ_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out int cases) ? cases : null;

    public static TheoryData<string> Loaders => [.. LoaderTarget.Names];

    [Theory]
    [MemberData(nameof(Loaders))]
    public void Broken_files_are_read_or_refused(string loader)
    {
        using LoaderTarget target = LoaderTarget.Create(loader);
        Assert.All(target.Seeds, target.Load);
        int refused = 0;
        int cases = LongForm ?? ShortForm;
        for (int i = 0; i < cases; i++)
        {
            byte[] broken = new Mutation(Seeds.Derive((ulong)i, loader)).Apply(target.Seeds[i % target.Seeds.Count]);
            refused += Try(target, broken, $"case {i}") ? 0 : 1;
        }
        // A mutation that changes nothing that matters is rare enough that most are refused.
        Assert.InRange(refused, cases / 4, cases);
    }

    [Fact]
    public void Files_that_once_failed_are_read_or_refused()
    {
        string folder = Path.Combine(RepositoryRoot.Path, "tests", "Winnow.Tests", "Inference", "Fuzzing", "Cases");
        foreach (string loader in LoaderTarget.Names)
        {
            using LoaderTarget target = LoaderTarget.Create(loader);
            foreach (string file in Directory.EnumerateFiles(folder, $"{loader}-*"))
            {
                Try(target, File.ReadAllBytes(file), file);
            }
        }
    }

    private static bool Try(LoaderTarget target, byte[] broken, string which)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        string? problem = null;
        bool isRead = false;
        try
        {
            target.Load(broken);
            isRead = true;
        }
        catch (WinnowException)
        {
            // Refused, as it should be.
        }
        catch (Exception error)
        {
            problem = error.ToString();
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > (8L * broken.Length) + SpareBytes)
        {
            problem ??= $"{allocated} bytes were allocated";
        }
        if (LongForm is not null && Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(2))
        {
            problem ??= $"it took {Stopwatch.GetElapsedTime(start)}";
        }
        if (problem is not null)
        {
            string kept = Path.Combine(Path.GetTempPath(), $"{target.Name}-{Seeds.Derive((ulong)broken.Length, which):x16}");
            File.WriteAllBytes(kept, broken);
            Assert.Fail($"{target.Name}, {which}, kept as {kept}: {problem}");
        }
        return isRead;
    }
}
