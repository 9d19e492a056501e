using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics.Corpora;

/// <summary>Tokens of the texts over tokens of their references, those closest in length: 1 is as long as they are.</summary>
/// <param name="tokenizer">Splits texts.</param>
public sealed class LengthRatio(TextTokenizer tokenizer) : ICorpusMetric
{
    /// <inheritdoc/>
    public string Name => "length-ratio";

    /// <inheritdoc/>
    public bool? IsHigherBetter => null;

    /// <inheritdoc/>
    public bool NeedsReferences => true;

    /// <inheritdoc/>
    public string Signature(int references = 1) => MetricSignature.Of(references, ("tok", tokenizer.Name));

    /// <inheritdoc/>
    /// <remarks>Tokens of the text, and of the reference closest in length.</remarks>
    public double[][] Rows(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        ReferenceStreams.Check(hypotheses, referenceStreams);
        var tokens = new TokenList();
        var rows = new double[hypotheses.Count][];
        for (int i = 0; i < rows.Length; i++)
        {
            int length = Count(hypotheses[i], tokens);
            int closest = -1;
            foreach (IReadOnlyList<string> stream in referenceStreams)
            {
                closest = Bleu.Closer(length, closest, Count(stream[i], tokens));
            }
            rows[i] = [length, closest];
        }
        return rows;
    }

    /// <inheritdoc/>
    public double ScoreOf(ReadOnlySpan<double> sums) => sums[0] / sums[1];

    private int Count(string text, TokenList tokens)
    {
        tokens.Clear();
        tokenizer.Tokenize(text.AsSpan().TrimEnd(), tokens);
        return tokens.Count;
    }
}
