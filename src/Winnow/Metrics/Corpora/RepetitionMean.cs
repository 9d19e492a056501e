using System.Globalization;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics.Corpora;

/// <summary>Mean share of repeated n-grams within each text, or the mean diversity over orders 2 to 4; 0..100.</summary>
/// <remarks>Source: <see cref="Repetition"/>. Not thread-safe.</remarks>
public sealed class RepetitionMean : MeanMetric
{
    private readonly SegmentReader _reader;
    private readonly TextTokenizer _tokenizer;
    private readonly bool _lowercase;
    private readonly int? _order;
    private int[] _buffer = [];

    /// <summary>Sets it up.</summary>
    /// <param name="order">n of rep-n, at least 1; null: diversity.</param>
    /// <param name="tokenizer">Splits texts.</param>
    /// <param name="lowercase">Whether case is ignored.</param>
    public RepetitionMean(int? order, TextTokenizer tokenizer, bool lowercase = false)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (order is { } n)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(n, 1, nameof(order));
        }
        (_order, _tokenizer, _lowercase) = (order, tokenizer, lowercase);
        _reader = new SegmentReader(tokenizer, lowercase);
    }

    /// <inheritdoc/>
    public override string Name => _order is { } n ? string.Create(CultureInfo.InvariantCulture, $"rep-{n}") : "diversity";

    /// <inheritdoc/>
    public override bool? IsHigherBetter => _order is null;

    /// <inheritdoc/>
    public override bool NeedsReferences => false;

    /// <inheritdoc/>
    public override string Signature(int references = 1) => MetricSignature.Of(0, ("case", _lowercase ? "lc" : "mixed"), ("tok", _tokenizer.Name));

    /// <inheritdoc/>
    protected override double Score(string hypothesis, IReadOnlyList<string> references)
    {
        ReadOnlySpan<int> tokens = _reader.Read(hypothesis, ref _buffer);
        return 100 * (_order is { } n ? Repetition.OfNGrams(tokens, n) : Repetition.Diversity(tokens));
    }
}
