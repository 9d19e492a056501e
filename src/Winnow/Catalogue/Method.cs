using System.Reflection;

namespace Winnow.Catalogue;

/// <summary>What a method cannot work without.</summary>
[Flags]
public enum MethodNeeds
{
    /// <summary>Any model will do.</summary>
    None = 0,

    /// <summary>A scorer of answers.</summary>
    Scorer = 1,

    /// <summary>A model that continues partial answers step by step, and a scorer that reads prefixes.</summary>
    Steps = 2,

    /// <summary>The task's checker: for a ceiling, never for a method in use.</summary>
    Checker = 4,
}

/// <summary>A way of spending a budget, as users name it.</summary>
/// <param name="Id">Kebab-case; the same on the command line, in files and in model aliases.</param>
/// <param name="Gives">What it does, in one line.</param>
/// <param name="PaperId">The paper it comes from, if that is in the catalogue of papers; else null.</param>
/// <param name="Needs">What it cannot work without.</param>
/// <param name="Cost">Tokens for a problem as a formula: N draws of L tokens; S: tokens that the scorer's own model reads of an answer.</param>
public sealed record Method(string Id, string Gives, string? PaperId, MethodNeeds Needs, string Cost)
{
    /// <summary>Path of the card within the repository.</summary>
    public string CardPath => $"docs/methods/{Id}.md";

    /// <summary>The card, in Markdown.</summary>
    /// <exception cref="InvalidOperationException">The card is not part of this build.</exception>
    public string ReadCard()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Winnow.Catalogue.Cards.{Id}.md")
            ?? throw new InvalidOperationException($"The card of {Id} is not part of this build; it should be at {CardPath}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
