namespace Winnow.Metrics.Corpora;

/// <summary>A metric of single texts whose score of a corpus is their mean.</summary>
public abstract class MeanMetric : ICorpusMetric
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual bool? IsHigherBetter => true;

    /// <inheritdoc/>
    public virtual bool NeedsReferences => true;

    /// <inheritdoc/>
    public abstract string Signature(int references = 1);

    /// <inheritdoc/>
    /// <remarks>The score of the text, and 1.</remarks>
    public double[][] Rows(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        ArgumentNullException.ThrowIfNull(hypotheses);
        ArgumentNullException.ThrowIfNull(referenceStreams);
        if (NeedsReferences || referenceStreams.Count > 0)
        {
            ReferenceStreams.Check(hypotheses, referenceStreams);
        }
        var rows = new double[hypotheses.Count][];
        var references = new string[referenceStreams.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int k = 0; k < references.Length; k++)
            {
                references[k] = referenceStreams[k][i];
            }
            rows[i] = [Score(hypotheses[i], references), 1];
        }
        return rows;
    }

    /// <inheritdoc/>
    public double ScoreOf(ReadOnlySpan<double> sums) => sums[1] > 0 ? sums[0] / sums[1] : 0;

    /// <summary>The score of one text.</summary>
    /// <param name="hypothesis">The text.</param>
    /// <param name="references">Shape [K]; empty where none are needed.</param>
    protected abstract double Score(string hypothesis, IReadOnlyList<string> references);
}
