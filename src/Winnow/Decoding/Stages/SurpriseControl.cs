namespace Winnow.Decoding.Stages;

/// <summary>Which probability a Mirostat controller measures the surprise of a drawn token by.</summary>
public enum SurpriseSource
{
    /// <summary>The distribution that enters the stage, before truncation: the paper's.</summary>
    FullModel,

    /// <summary>The truncated and renormalised distribution: llama.cpp's. The realised surprise then overshoots the target.</summary>
    Renormalised,
}

/// <summary>
/// Mirostat's integral controller for one row: μ ← μ − η·(surprise − τ), surprise in bits, after each token. Remembers
/// the logits of the tokens that could be drawn.
/// </summary>
internal sealed class SurpriseControl : IStageState
{
    private readonly double _target;
    private readonly double _rate;
    private readonly double _most;
    private int[] _ids = [];
    private float[] _logits = [];
    private int _count;
    private double _logNormalizer;

    public SurpriseControl(double target, double rate, double initial, double most)
    {
        _target = target;
        _rate = rate;
        _most = most;
        Mu = initial;
    }

    /// <summary>Surprise in bits that bounds the tokens which can be drawn next.</summary>
    public double Mu { get; private set; }

    /// <summary>Surprise in bits of the last token that was accepted; NaN before the first.</summary>
    public double LastSurprise { get; private set; } = double.NaN;

    /// <summary>Remembers what can be drawn now.</summary>
    public void Observe(ref Candidates kept, double logNormalizer)
    {
        _count = kept.Count;
        if (_ids.Length < _count)
        {
            int room = Math.Max(_count, Math.Min(kept.VocabularySize, 2 * _ids.Length));
            _ids = new int[room];
            _logits = new float[room];
        }
        kept.Logits.CopyTo(_logits);
        kept.CopyIds(_ids);
        _logNormalizer = logNormalizer;
    }

    /// <inheritdoc/>
    /// <remarks>A token that could not have been drawn says nothing about the controller's choice: μ stays.</remarks>
    public void Accept(int token)
    {
        int index = Array.BinarySearch(_ids, 0, _count, token);
        if (index < 0)
        {
            return;
        }
        LastSurprise = (_logNormalizer - _logits[index]) / double.Log(2);
        Mu = Math.Clamp(Mu - _rate * (LastSurprise - _target), 0, _most);
        _count = 0;
    }

    /// <inheritdoc/>
    public IStageState Clone() => new SurpriseControl(_target, _rate, Mu, _most)
    {
        LastSurprise = LastSurprise,
        _ids = _ids.AsSpan(0, _count).ToArray(),
        _logits = _logits.AsSpan(0, _count).ToArray(),
        _count = _count,
        _logNormalizer = _logNormalizer,
    };
}
