using System.Numerics.Tensors;
using Winnow.Decoding.Kernels;
using Winnow.Inference.Kernels;

namespace Winnow.Decoding;

/// <summary>
/// The tokens that may still be drawn, with their logits, in the order of their ids. It starts as a view of the
/// model's logits; the first change copies them, the first truncation compacts them.
/// </summary>
/// <remarks>
/// Logits and ids are separate arrays, so that passes over logits touch nothing else. A logit of −∞ is a token that is
/// out; truncations drop it. Ties are always broken by the lower id. Pass by reference.
/// </remarks>
public ref struct Candidates
{
    private readonly SamplerWorkspace _workspace;
    private ReadOnlySpan<float> _logits;
    private ReadOnlySpan<int> _ids;
    private ReadOnlySpan<float> _blockMaxima;
    private ReadOnlySpan<float> _weights;
    private bool _isOwned;
    private bool _isMaxKnown;
    private float _max;
    private long _total;

    private Candidates(ReadOnlySpan<float> logits, SamplerWorkspace workspace)
    {
        _logits = logits;
        _workspace = workspace;
        VocabularySize = logits.Length;
    }

    /// <summary>Starts from the logits of a model.</summary>
    /// <param name="logits">Shape [V], 1 ≤ V ≤ 1,048,576; natural-log scores up to a constant; −∞ for tokens that are out.</param>
    /// <param name="workspace">Buffers of this thread.</param>
    /// <exception cref="ArgumentException">A logit is NaN or +∞, all are −∞, or there are none.</exception>
    public static Candidates Load(ReadOnlySpan<float> logits, SamplerWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (logits.IsEmpty || logits.Length > FixedPoint.MaxTerms)
        {
            throw new ArgumentException($"There are {logits.Length} logits; a vocabulary has 1 to {FixedPoint.MaxTerms} tokens.", nameof(logits));
        }
        Candidates candidates = new(logits, workspace);
        candidates.FindMax();
        if (!float.IsFinite(candidates._max))
        {
            throw Invalid(logits);
        }
        return candidates;
    }

    /// <summary>Size of the vocabulary, V.</summary>
    public int VocabularySize { get; }

    /// <summary>Entries, those at −∞ included.</summary>
    public readonly int Count => _logits.Length;

    /// <summary>Logits by entry. Shape [<see cref="Count"/>].</summary>
    public readonly ReadOnlySpan<float> Logits => _logits;

    /// <summary>Entries whose logit is not −∞. Cost: one pass.</summary>
    public readonly int FiniteCount => LogitScan.CountAtLeast(_logits, float.MinValue);

    /// <summary>Buffers of this thread.</summary>
    public readonly SamplerWorkspace Workspace => _workspace;

    /// <summary>The largest logit.</summary>
    public float Max
    {
        get
        {
            FindMax();
            return _max;
        }
    }

    /// <summary>exp(logit − <see cref="Max"/>) by entry. Shape [<see cref="Count"/>]. Cost: one pass, once.</summary>
    public ReadOnlySpan<float> Weights
    {
        get
        {
            FindWeights();
            return _weights;
        }
    }

    /// <summary>Sum of <see cref="Weights"/>, at least about 1.</summary>
    public double TotalWeight
    {
        get
        {
            FindWeights();
            return _total / FixedPoint.One;
        }
    }

    /// <summary>ln Σ exp(logit), over what is left.</summary>
    public double LogNormalizer => Max + Math.Log(TotalWeight);

    /// <summary>Entropy of what is left, in nats.</summary>
    public double Entropy => Math.Max(0, Math.Log(TotalWeight) - WeightedMoment().WeightedShift / TotalWeight);

    internal long FixedTotal
    {
        get
        {
            FindWeights();
            return _total;
        }
    }

    /// <summary>The token of an entry; ascending.</summary>
    public readonly int IdAt(int index) => _ids.IsEmpty ? index : _ids[index];

    /// <summary>The entry of a token; negative where it has been dropped. Cost: O(log n) or less.</summary>
    public readonly int IndexOf(int token) => _ids.IsEmpty ? ((uint)token < (uint)_logits.Length ? token : -1) : _ids.BinarySearch(token);

    /// <summary>Writes the tokens of all entries, ascending.</summary>
    /// <param name="destination">Shape [at least <see cref="Count"/>].</param>
    public readonly void CopyIds(Span<int> destination)
    {
        if (_ids.IsEmpty)
        {
            for (int i = 0; i < _logits.Length; i++)
            {
                destination[i] = i;
            }
        }
        else
        {
            _ids.CopyTo(destination);
        }
    }

    /// <summary>Natural-log probability of an entry among what is left.</summary>
    public double LogProbability(int index) => _logits[index] - LogNormalizer;

    /// <summary>Draws a token: the first, in the order of ids, whose cumulative probability exceeds a uniform number.</summary>
    /// <param name="uniform">In [0, 1).</param>
    public SampledToken Draw(double uniform)
    {
        if (!(uniform is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(uniform), uniform, "A uniform number lies in [0, 1).");
        }
        FindWeights();
        int index = InverseCdf.Find(_weights, (long)(uniform * _total));
        return new SampledToken(IdAt(index), LogProbability(index), FiniteCount, uniform);
    }

    /// <summary>Draws a token walking from the most probable one down, so that a small uniform number gives a likely token.</summary>
    /// <param name="uniform">In [0, 1).</param>
    /// <remarks>Sorts what is left: for small sets.</remarks>
    public SampledToken DrawDescending(double uniform)
    {
        FindWeights();
        Span<float> sorted = _workspace.Selection(Count);
        Span<int> entries = _workspace.Members(Count);
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = i;
            sorted[i] = -_logits[i];
        }
        sorted.Sort(entries);
        long target = (long)(uniform * _total), cumulative = 0;
        foreach (int entry in entries)
        {
            cumulative += FixedPoint.Of(_weights[entry]);
            if (cumulative > target)
            {
                return new SampledToken(IdAt(entry), LogProbability(entry), FiniteCount, uniform);
            }
        }
        return new SampledToken(IdAt(entries[0]), LogProbability(entries[0]), FiniteCount, uniform);
    }

    /// <summary>Logits to be changed in place, shape [<see cref="Count"/>]. What is written must be finite or −∞.</summary>
    public Span<float> Edit()
    {
        Span<float> own = _workspace.Logits(VocabularySize + Compaction.Padding)[.._logits.Length];
        if (!_isOwned)
        {
            _logits.CopyTo(own);
            _logits = own;
            _isOwned = true;
        }
        Forget();
        return own;
    }

    /// <summary>Divides every logit by a positive number.</summary>
    public void Divide(float divisor)
    {
        Span<float> own = _workspace.Logits(VocabularySize + Compaction.Padding)[.._logits.Length];
        TensorPrimitives.Divide(_logits, divisor, own);
        _logits = own;
        _isOwned = true;
        Forget();
    }

    /// <summary>Takes a token out.</summary>
    public void Ban(int token)
    {
        int index = IndexOf(token);
        if (index >= 0)
        {
            Edit()[index] = float.NegativeInfinity;
        }
    }

    /// <summary>Leaves one token only, with logit 0, whatever its logit was.</summary>
    public void KeepOnly(int token)
    {
        if ((uint)token >= (uint)VocabularySize)
        {
            throw new ArgumentOutOfRangeException(nameof(token), token, $"The vocabulary has {VocabularySize} tokens.");
        }
        _workspace.Logits(VocabularySize + Compaction.Padding)[0] = 0;
        _workspace.Ids(VocabularySize + Compaction.Padding)[0] = token;
        SetCompacted(1);
    }

    /// <summary>Leaves the tokens of a list that are still in.</summary>
    /// <param name="tokens">Ascending token ids.</param>
    public void KeepTokens(ReadOnlySpan<int> tokens)
    {
        Span<float> keptLogits = _workspace.Logits(VocabularySize + Compaction.Padding);
        Span<int> keptIds = _workspace.Ids(VocabularySize + Compaction.Padding);
        int kept = 0;
        foreach (int token in tokens)
        {
            int index = IndexOf(token);
            if (index >= 0 && _logits[index] >= float.MinValue)
            {
                keptLogits[kept] = _logits[index];
                keptIds[kept++] = token;
            }
        }
        SetCompacted(kept);
    }

    /// <summary>Leaves the tokens at or above a logit, and the best <paramref name="minKeep"/> in any case.</summary>
    /// <param name="threshold">Smallest logit that stays.</param>
    /// <param name="minKeep">Tokens that stay at least, the most probable ones; at least 1.</param>
    public void KeepAtLeast(double threshold, int minKeep = 1)
    {
        float bound = (float)Math.Clamp(threshold, float.MinValue, float.MaxValue);
        if (bound > Max || (minKeep > 1 && LogitScan.CountAtLeast(_logits, bound) < minKeep))
        {
            KeepTop(minKeep);
            return;
        }
        Keep(new AtLeast(bound));
    }

    /// <summary>Leaves the k most probable tokens; among equals the lower ids.</summary>
    /// <param name="k">Tokens that stay, at least 1.</param>
    /// <param name="tiesInclusive">Whether everything equal to the last one stays too.</param>
    public void KeepTop(int k, bool tiesInclusive = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (k >= Count)
        {
            return;
        }
        FindBlockMaxima();
        int blocks = _blockMaxima.Length;
        if (k <= blocks / 2)
        {
            // The k-th largest block maximum: at least k logits stand at or above it, and few more.
            Span<float> copy = _workspace.Selection(blocks);
            _blockMaxima.CopyTo(copy);
            float bound = QuickSelect.NthLargest(copy, k - 1);
            Keep(new AtLeast(MathF.Max(bound, float.MinValue)));
            if (Count <= k)
            {
                return;
            }
        }
        Boundary last = TopBoundary(k);
        Keep(tiesInclusive ? last.WithTies() : last);
    }

    internal Boundary TopBoundary(int k)
    {
        float centre = Max;
        float reach = MathF.Min(centre - LogitScan.MinFinite(_logits), float.MaxValue);
        return PrefixSelection.Find(_logits, _ids, [], centre, reach, k, _workspace);
    }

    /// <summary>Leaves the shortest prefix, by distance of the logit from a centre, that holds a mass.</summary>
    internal void KeepNearest(float centre, float reach, double mass, int minKeep, bool tiesInclusive)
    {
        ReadOnlySpan<float> w = Weights;
        long target = Math.Max(1, (long)((mass - 1e-6) * _total));
        Boundary last = PrefixSelection.Find(_logits, _ids, w, centre, reach, target, _workspace);
        if (minKeep > 1)
        {
            Boundary least = PrefixSelection.Find(_logits, _ids, [], centre, reach, minKeep, _workspace);
            last = least.Covers(last) ? least : last;
        }
        Keep(tiesInclusive ? last.WithTies() : last);
    }

    /// <summary>Σ w·(logit − max), and the smallest finite logit.</summary>
    internal (double WeightedShift, float MinFinite) WeightedMoment()
    {
        FindWeights();
        return LogitScan.WeightedMoment(_logits, _weights, _max);
    }

    internal void Keep<TRule>(TRule rule)
        where TRule : struct, IKeepRule
    {
        Span<float> keptLogits = _workspace.Logits(VocabularySize + Compaction.Padding);
        Span<int> keptIds = _workspace.Ids(VocabularySize + Compaction.Padding);
        SetCompacted(Compaction.Run(_logits, _ids, _blockMaxima, rule, keptLogits, keptIds));
    }

    private void SetCompacted(int count)
    {
        _logits = _workspace.Logits(VocabularySize + Compaction.Padding)[..count];
        _ids = _workspace.Ids(VocabularySize + Compaction.Padding)[..count];
        _isOwned = true;
        Forget();
    }

    private void Forget()
    {
        _isMaxKnown = false;
        _blockMaxima = default;
        _weights = default;
    }

    private void FindBlockMaxima()
    {
        if (_blockMaxima.IsEmpty)
        {
            Span<float> maxima = _workspace.BlockMaxima(LogitScan.BlockCount(_logits.Length));
            LogitScan.BlockMaxima(_logits, maxima);
            _blockMaxima = maxima;
        }
    }

    private void FindMax()
    {
        if (!_isMaxKnown)
        {
            FindBlockMaxima();
            _max = TensorPrimitives.Max(_blockMaxima);
            _isMaxKnown = true;
        }
    }

    private void FindWeights()
    {
        if (_weights.IsEmpty)
        {
            Span<float> own = _workspace.Weights(_logits.Length);
            Exponential.Apply(_logits, Max, 1, own);
            _weights = own;
            _total = FixedPoint.Sum(own);
        }
    }

    private static ArgumentException Invalid(ReadOnlySpan<float> logits)
    {
        for (int i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]) || float.IsPositiveInfinity(logits[i]))
            {
                return new ArgumentException(
                    $"The logit of token {i} is {logits[i]}; logits are finite, or −∞ for tokens that are out. Look at the model's output, or begin the chain with the stage \"sanitize\".",
                    nameof(logits));
            }
        }
        return new ArgumentException("Every logit is −∞: no token can be drawn. Look at the model's output or at the mask applied to it.", nameof(logits));
    }
}
