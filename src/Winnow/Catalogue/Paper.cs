namespace Winnow.Catalogue;

/// <summary>A paper and what Winnow takes from it.</summary>
/// <param name="Id">Kebab-case; what <c>winnow reproduce</c> takes.</param>
/// <param name="Title">As published.</param>
/// <param name="Family">What it is about: search, judging, decoding, selection, retrieval, evaluation, adaptation, diffusion or agents.</param>
/// <param name="Room">Project, or project and folder, where its code lives or will live.</param>
/// <param name="Gives">What it gives, in one line.</param>
/// <param name="Status">Whether it can be used and reproduced.</param>
public sealed record Paper(string Id, string Title, string Family, string Room, string Gives, PaperStatus Status);

/// <summary>How far a paper has come.</summary>
public enum PaperStatus
{
    /// <summary>It can be used, and its claim can be reproduced.</summary>
    Available,

    /// <summary>It is to come.</summary>
    Planned,
}
