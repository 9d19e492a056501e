using Winnow.Models;

namespace Winnow.Search;

/// <summary>How the tokens of two models compare.</summary>
internal static class Vocabularies
{
    /// <summary>With different vocabularies: tokens of one model for one of the other's, as a planning figure. What goes beyond it and the budget is not scored.</summary>
    private const int TokensPerForeignToken = 2;

    /// <summary>Tokens that a judge reads for so many drawn ones.</summary>
    public static long TokensFor(long drawn, bool areSame) => areSame ? drawn : drawn * TokensPerForeignToken;

    /// <summary>Whether two vocabularies give every token the same meaning.</summary>
    public static bool AreSame(IVocabulary a, IVocabulary b)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }
        if (a.Size != b.Size || a.EndOfSequence != b.EndOfSequence || a.BeginOfSequence != b.BeginOfSequence)
        {
            return false;
        }
        for (int token = 0; token < a.Size; token++)
        {
            if (a.IsSpecial(token) != b.IsSpecial(token) || !a.Bytes(token).SequenceEqual(b.Bytes(token)))
            {
                return false;
            }
        }
        return true;
    }
}
