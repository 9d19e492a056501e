namespace Winnow.Metrics;

/// <summary>Minimum Bayes risk decoding: of texts drawn from a model, the one that is most useful on the mean if any of the others were right.</summary>
/// <remarks>
/// Source: Kumar and Byrne (2004), "Minimum Bayes-Risk Decoding for Statistical Machine Translation"; by sampling, Eikema and
/// Aziz (2020), "Is MAP Decoding All You Need?". A text is compared with itself too, as one of the draws. Cost: N² utilities.
/// </remarks>
public static class MinimumBayesRisk
{
    /// <summary>Expected utility of each text.</summary>
    /// <param name="texts">Shape [N ≥ 1]; plain draws, repeated ones included: they count as often as they were drawn.</param>
    /// <param name="utility">Utility of a text (first) where another (second) is right; larger is better, for example sentence chrF or BLEU.</param>
    /// <param name="cancellationToken">Stops between texts.</param>
    /// <returns>Shape [N].</returns>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public static double[] Utilities(IReadOnlyList<string> texts, Func<string, string, double> utility, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(utility);
        if (texts.Count == 0)
        {
            throw new ArgumentException("There is no text; draw at least one.", nameof(texts));
        }
        (string Text, int Count)[] distinct = [.. texts.CountBy(text => text, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))];
        Dictionary<string, double> means = new(StringComparer.Ordinal);
        foreach ((string text, _) in distinct)
        {
            cancellationToken.ThrowIfCancellationRequested();
            means[text] = distinct.Sum(other => other.Count * utility(text, other.Text)) / texts.Count;
        }
        return [.. texts.Select(text => means[text])];
    }

    /// <summary>The index of the best text; the first among equals.</summary>
    /// <inheritdoc cref="Utilities"/>
    /// <returns>0 … N − 1.</returns>
    public static int Choose(IReadOnlyList<string> texts, Func<string, string, double> utility, CancellationToken cancellationToken = default)
    {
        double[] means = Utilities(texts, utility, cancellationToken);
        return Array.IndexOf(means, means.Max());
    }
}
