using Winnow.Catalogue;

namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow methods --json</c> writes.</summary>
internal sealed record MethodsDocument
{
    public string Schema { get; init; } = "winnow.methods/1";

    public required IReadOnlyList<MethodSummaryDocument> Methods { get; init; }

    public required IReadOnlyList<PaperDocument> Papers { get; init; }
}

/// <summary>A method in a line.</summary>
internal sealed record MethodSummaryDocument(string Id, string Gives, string? Paper, IReadOnlyList<string> Needs, string Cost)
{
    public static MethodSummaryDocument Of(Method method) => new(
        method.Id,
        method.Gives,
        method.PaperId,
        [.. Enum.GetValues<MethodNeeds>().Where(need => need != MethodNeeds.None && method.Needs.HasFlag(need)).Select(need => need.ToString().ToLowerInvariant())],
        method.Cost);
}

/// <summary>A paper of the catalogue.</summary>
internal sealed record PaperDocument(string Id, string Title, string Family, string Gives, string Status)
{
    public static PaperDocument Of(Paper paper) => new(paper.Id, paper.Title, paper.Family, paper.Gives, paper.Status.ToString().ToLowerInvariant());
}

/// <summary>What <c>winnow methods ID --json</c> writes: a method, a paper, or a method and the paper it comes from.</summary>
internal sealed record MethodDocument
{
    public string Schema { get; init; } = "winnow.method/1";

    public required string Id { get; init; }

    public MethodSummaryDocument? Method { get; init; }

    public PaperDocument? Paper { get; init; }
}
