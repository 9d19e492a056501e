using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Winnow.Catalogue;
using Winnow.Reproductions;
using Winnow.Search;

namespace Winnow.Tests.Catalogue;

public sealed partial class CatalogueTests
{
    public static TheoryData<string> MethodIds => [.. MethodCatalogue.All.Select(m => m.Id)];

    [Fact]
    public void Ids_are_unique_and_kebab_case()
    {
        foreach (string[] ids in (string[][])[[.. PaperCatalogue.All.Select(p => p.Id)], [.. MethodCatalogue.All.Select(m => m.Id)]])
        {
            Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
            Assert.All(ids, id => Assert.Matches(KebabCase(), id));
        }
    }

    [Fact]
    public void Sixty_eight_papers_are_listed_with_what_they_give()
    {
        Assert.Equal(68, PaperCatalogue.All.Count);
        Assert.All(PaperCatalogue.All, p =>
        {
            Assert.NotEqual("", p.Title);
            Assert.InRange(p.Gives.Length, 40, 170);
            Assert.EndsWith(".", p.Gives);
            Assert.StartsWith("Winnow", p.Room);
            Assert.Same(p, PaperCatalogue.Find(p.Id));
        });
        Assert.Equal(68, PaperCatalogue.All.Select(p => p.Gives).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_papers_are_those_of_the_list_beside_the_checkout()
    {
        string[][] rows = [.. File.ReadLines(SharedFolder.FindOrSkip("catalogue.tsv")).Skip(1).Select(line => line.Split('\t'))];
        Assert.Equal(
            rows.Select(r => (r[0], r[1], r[2], r[4])).Order(),
            PaperCatalogue.All.Select(p => (p.Id, p.Title, p.Family, p.Room)).Order());
    }

    [Fact]
    public void A_method_names_only_papers_that_are_listed() =>
        Assert.All(MethodCatalogue.All.Where(m => m.PaperId is not null), m => Assert.NotNull(PaperCatalogue.Find(m.PaperId!)));

    [Fact]
    public void Every_strategy_that_can_be_made_is_a_method() =>
        Assert.All(Strategies.Ids, id => Assert.NotNull(MethodCatalogue.Find(id)));

    [Theory]
    [MemberData(nameof(MethodIds))]
    public void Every_method_has_a_card_with_all_its_parts(string id)
    {
        Method method = MethodCatalogue.Find(id)!;
        string card = method.ReadCard();
        Assert.Equal(File.ReadAllText(Path.Combine(RepositoryRoot.Path, method.CardPath)).ReplaceLineEndings("\n"), card.ReplaceLineEndings("\n"));
        Assert.StartsWith($"# {id}\n", card.ReplaceLineEndings("\n"));
        foreach (string part in (string[])["**Decides.**", "**Use it when**", "**Not when**", "**Paper.**", "## Algorithm", "## Options", "## Cost", "## Evidence", "## Fails when", "## Differs from the paper"])
        {
            Assert.Contains(part, card);
        }
    }

    [Fact]
    public void Every_card_belongs_to_a_method_or_a_paper()
    {
        string[] cards = [.. Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "docs", "methods"), "*.md").Select(f => Path.GetFileNameWithoutExtension(f)!)];
        Assert.NotEmpty(cards);
        Assert.All(cards, card => Assert.True(MethodCatalogue.Find(card) is not null || PaperCatalogue.Find(card) is not null, card));
    }

    [Fact]
    public void Every_available_paper_has_a_card_or_a_method_that_has() =>
        Assert.All(PaperCatalogue.All.Where(p => p.Status == PaperStatus.Available), p => Assert.True(
            File.Exists(Path.Combine(RepositoryRoot.Path, "docs", "methods", p.Id + ".md")) || MethodCatalogue.All.Any(m => m.PaperId == p.Id), p.Id));

    [Fact]
    public void Every_available_paper_has_a_reproduction_and_every_reproduction_a_paper()
    {
        // Only the id is read, which needs no model: the object is made without running its constructor.
        string[] reproduced =
        [
            .. typeof(IReproduction).Assembly.GetTypes()
                .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IReproduction)))
                .Select(type => ((IReproduction)RuntimeHelpers.GetUninitializedObject(type)).PaperId),
        ];
        Assert.SkipWhen(reproduced.Length == 0, "This build has no reproductions.");
        Assert.Equal(
            PaperCatalogue.All.Where(p => p.Status == PaperStatus.Available).Select(p => p.Id).Order(StringComparer.Ordinal),
            reproduced.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_unknown_id_is_not_found()
    {
        Assert.Null(PaperCatalogue.Find("no-such-paper"));
        Assert.Null(MethodCatalogue.Find("no-such-method"));
    }

    [GeneratedRegex("^[a-z0-9]+(?:-[a-z0-9]+)*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KebabCase();
}
