using CsCheck;
using Winnow.Torch.Native;
using Xunit;

namespace Winnow.Torch.Tests.Native;

public sealed class VersionNeedPatchTests
{
    private const string Runtime = "libstdc++.so.6";

    /// <summary>A binding as GCC 13 links it: it calls old symbols, and drags along one new one that nothing refers to.</summary>
    private static ElfBuilder Binding() => new ElfBuilder()
        .Need(Runtime, ("GLIBCXX_3.4.30", 4), ("GLIBCXX_3.4.32", 3), ("GLIBCXX_3.4", 2))
        .Need("libc.so.6", ("GLIBC_2.34", 5))
        .Symbol("call_old", 4, isRelocated: true)
        .Symbol("library_init", 3)
        .Symbol("own_function", 1, isDefined: true);

    private static readonly string[] Ubuntu2204 = ["GLIBCXX_3.4", "GLIBCXX_3.4.28", "GLIBCXX_3.4.29", "GLIBCXX_3.4.30"];
    private static readonly string[] Newer = [.. Ubuntu2204, "GLIBCXX_3.4.31", "GLIBCXX_3.4.32", "GLIBCXX_3.4.33"];

    private static IReadOnlyList<string> Patch(byte[] file, string[] system) =>
        VersionNeedPatch.MarkMissingVersionsWeak(file, "binding.so", (library, version) => library != Runtime || system.Contains(version, StringComparer.Ordinal));

    [Fact]
    public void A_missing_version_that_nothing_refers_to_becomes_weak_and_only_its_bit_changes()
    {
        byte[] file = Binding().Build();
        byte[] patched = [.. file];

        Assert.Equal(["GLIBCXX_3.4.32"], Patch(patched, Ubuntu2204));

        VersionNeed need = Assert.Single(ElfFile.Parse(patched, "binding.so").VersionNeeds(), n => n.IsWeak);
        Assert.Equal((Runtime, "GLIBCXX_3.4.32", 3), (need.Library, need.Version, need.Index));
        int[] changed = [.. Enumerable.Range(0, file.Length).Where(i => file[i] != patched[i])];
        Assert.Equal([need.FlagsOffset], changed);
        Assert.Equal(2, patched[need.FlagsOffset]);
        Assert.Empty(Patch(patched, Ubuntu2204));
    }

    [Fact]
    public void The_versions_of_a_system_are_read_from_its_library()
    {
        byte[] system = new ElfBuilder().Define(Ubuntu2204).Symbol("call_old", 1, isDefined: true).Build();
        IReadOnlySet<string> defined = ElfFile.Parse(system, "libstdc++.so.6.0.30").VersionDefinitions();
        Assert.Equal(Ubuntu2204.Order(StringComparer.Ordinal), defined.Order(StringComparer.Ordinal));
        byte[] patched = Binding().Build();
        Assert.Equal(["GLIBCXX_3.4.32"], VersionNeedPatch.MarkMissingVersionsWeak(patched, "binding.so", (library, version) => library != Runtime || defined.Contains(version)));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_missing_version_that_is_really_used_is_refused_by_name_and_nothing_changes(bool isRelocated, bool isDefined)
    {
        byte[] file = Binding().Symbol("call_new", 3, isDefined, isRelocated).Build();
        byte[] untouched = [.. file];
        WinnowException error = Assert.Throws<WinnowException>(() => Patch(file, Ubuntu2204));
        Assert.Contains("GLIBCXX_3.4.32", error.Message, StringComparison.Ordinal);
        Assert.Contains("call_new", error.Message, StringComparison.Ordinal);
        Assert.Equal(untouched, file);
    }

    [Fact]
    public void A_system_that_is_too_old_for_what_is_called_is_refused_before_any_bit_changes()
    {
        byte[] file = Binding().Build();
        byte[] untouched = [.. file];
        WinnowException error = Assert.Throws<WinnowException>(() => Patch(file, ["GLIBCXX_3.4", "GLIBCXX_3.4.28"]));
        Assert.Contains("GLIBCXX_3.4.30", error.Message, StringComparison.Ordinal);
        Assert.Equal(untouched, file);
    }

    [Fact]
    public void On_a_newer_system_nothing_changes()
    {
        byte[] file = Binding().Build();
        byte[] untouched = [.. file];
        Assert.Empty(Patch(file, Newer));
        Assert.Equal(untouched, file);
    }

    [Fact]
    public void A_file_that_ends_early_is_an_error_at_every_length()
    {
        byte[] file = Binding().Define("X_1").Build();
        for (int length = 0; length < file.Length; length++)
        {
            WinnowException error = Assert.Throws<WinnowException>(() => Patch(file[..length], Ubuntu2204));
            Assert.Contains("binding.so", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_hostile_file_ends_in_an_error_or_a_result_never_in_a_crash()
    {
        byte[] file = Binding().Define("X_1", "X_2").Build();
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte, Gen.Int[0, file.Length - 1], Gen.Byte).Sample((i, a, j, b) =>
        {
            byte[] broken = [.. file];
            (broken[i], broken[j]) = (a, b);
            try
            {
                Patch(broken, Ubuntu2204);
                ElfFile.Parse(broken, "binding.so").VersionDefinitions();
            }
            catch (WinnowException)
            {
                // The error every reader of a broken file may end in; any other type fails the test.
            }
        }, iter: 20_000);
    }

    [Theory]
    [InlineData(4, 1, "64-bit")]
    [InlineData(5, 2, "little-endian")]
    [InlineData(0, 0, "7F 45 4C 46")]
    public void What_is_not_such_a_library_is_said_to_be_none(int at, byte value, string expected)
    {
        byte[] file = Binding().Build();
        file[at] = value;
        Assert.Contains(expected, Assert.Throws<WinnowException>(() => Patch(file, Ubuntu2204)).Message, StringComparison.Ordinal);
    }
}
