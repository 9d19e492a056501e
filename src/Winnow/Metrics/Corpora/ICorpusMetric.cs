namespace Winnow.Metrics.Corpora;

/// <summary>
/// A metric whose score of a corpus is a function of sums over its texts. Whatever resamples or swaps texts (intervals,
/// paired tests) then only adds rows up and never reads a text again.
/// </summary>
public interface ICorpusMetric
{
    /// <summary>As it is reported, for example <c>BLEU</c>.</summary>
    string Name { get; }

    /// <summary>Whether a higher score is the better one; null where neither is, as of a ratio of lengths.</summary>
    bool? IsHigherBetter { get; }

    /// <summary>Whether it compares with references.</summary>
    bool NeedsReferences { get; }

    /// <summary>What a score depends on, in sacrebleu's form.</summary>
    /// <param name="references">References of each text.</param>
    string Signature(int references = 1);

    /// <summary>The numbers of each text that are summed.</summary>
    /// <param name="hypotheses">Shape [N].</param>
    /// <param name="referenceStreams">Shape [K][N]; <c>[k][i]</c> is the k-th reference of hypothesis i; empty where none are needed.</param>
    /// <returns>Shape [N][S].</returns>
    /// <exception cref="ArgumentException">References are missing, or a stream differs in length.</exception>
    double[][] Rows(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceStreams);

    /// <summary>The score of sums.</summary>
    /// <param name="sums">Shape [S]; the sum of some rows.</param>
    double ScoreOf(ReadOnlySpan<double> sums);
}
