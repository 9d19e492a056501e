using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

public sealed class ConformanceTests
{
    private const string Absent = "(no conformance files)";

    private static readonly ConformanceRegistry Registry = new(typeof(ConformanceTests).Assembly);

    public static IEnumerable<TheoryDataRow<string, string>> BuiltMethods()
    {
        var cases = from document in ConformanceDocument.All
                    from method in document.Rows.Select(row => row.Method).Distinct(StringComparer.Ordinal)
                    where Registry.Find(document, method) is not null
                    select new TheoryDataRow<string, string>(document.Label, method);
        return cases.DefaultIfEmpty(new TheoryDataRow<string, string>(Absent, Absent));
    }

    public static IEnumerable<TheoryDataRow<string>> Documents() =>
        ConformanceDocument.All.Select(document => new TheoryDataRow<string>(document.Label)).DefaultIfEmpty(new TheoryDataRow<string>(Absent));

    [Theory]
    [MemberData(nameof(BuiltMethods))]
    public async Task Rows_agree_within_their_tolerance(string file, string method)
    {
        ConformanceDocument document = Find(file);
        string? report = await ConformanceRunner.RunAsync(document, method, Registry.Find(document, method)!, Disputed.Rows, row => Registry.IsBuilt(document, row));
        Assert.True(report is null, report);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Methods_not_built_yet_are_pending(string file)
    {
        ConformanceDocument document = Find(file);
        Assert.Equal(document.DeclaredCount, document.Rows.Count);
        var pending = document.Rows.Where(row => !Registry.IsBuilt(document, row) && !TrainingMethods.Contains(document, row.Method)).CountBy(row => row.Method, StringComparer.Ordinal).ToList();
        Assert.SkipWhen(pending.Count > 0,
            $"pending in {file}: {pending.Sum(m => m.Value)} of {document.Rows.Count} rows, {pending.Count} methods: "
            + string.Join(", ", pending.Select(m => $"{m.Key} {m.Value}")));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Disputed_rows_are_listed_with_their_reason(string file)
    {
        ConformanceDocument document = Find(file);
        DisputedRow[] disputed = [.. Disputed.Rows.Where(d => d.Document == document.Name)];
        Assert.All(disputed, d => Assert.Contains(document.Rows, row => row.Id == d.Id));
        Assert.SkipWhen(disputed.Length > 0,
            $"disputed in {file}: " + string.Join("; ", disputed.Select(d => $"{d.Id}: {d.Reason}")));
    }

    [Fact]
    public void Every_registered_method_exists_in_some_document()
    {
        Assert.SkipWhen(ConformanceDocument.All.Count == 0, Absent);
        var known = ConformanceDocument.All
            .SelectMany(document => document.Rows.Select(row => (Registry.FamilyOf(document) ?? "", row.Method)))
            .ToHashSet();
        Assert.All(Registry.Registered, r => Assert.Contains((r.Family, r.Method), known));
    }

    private static ConformanceDocument Find(string label)
    {
        Assert.SkipWhen(label == Absent, "no shared/conformance folder stands beside this checkout, and WINNOW_CONFORMANCE names none");
        return ConformanceDocument.All.Single(document => document.Label == label);
    }
}
