namespace Winnow.Decoding.Navigation;

/// <summary>A box of the unit cube whose volume is the probability of a sequence.</summary>
/// <param name="Low">Shape [d]; lower corner.</param>
/// <param name="High">Shape [d]; upper corner.</param>
public sealed record VolumeBox(IReadOnlyList<double> Low, IReadOnlyList<double> High)
{
    /// <summary>Centre of the box, shape [d]: the point that decodes to the sequence with most room for error.</summary>
    public IReadOnlyList<double> Centre { get; } = [.. Low.Zip(High, (low, high) => low + (high - low) / 2)];

    /// <summary>Probability of the sequence.</summary>
    public double Volume { get; } = Low.Zip(High, (low, high) => high - low).Aggregate(1.0, (volume, width) => volume * width);
}

/// <summary>Narrows a box token by token. Step j works on axis j mod d.</summary>
/// <remarks>
/// Source: Celotti, Brodeur and Rouat, "AriEL: volume coding for sentence generation". The slices of an axis are in the
/// order of token ids. Precision: about 2⁻⁵² on each axis; a narrower box is an error, more axes are the remedy.
/// </remarks>
public sealed class VolumeEncoder
{
    /// <summary>Width of a box on an axis below which it cannot be decoded.</summary>
    internal const double Narrowest = 1.0 / (1L << 48);

    private readonly double[] _low;
    private readonly double[] _high;
    private int _step;

    /// <summary>Starts from the whole cube.</summary>
    /// <param name="dimensions">d; at least 1.</param>
    public VolumeEncoder(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        _low = new double[dimensions];
        _high = new double[dimensions];
        Array.Fill(_high, 1);
    }

    /// <summary>The box of the tokens so far.</summary>
    public VolumeBox Box => new([.. _low], [.. _high]);

    /// <summary>Takes one more token.</summary>
    /// <param name="probabilities">Shape [V]; the model's distribution where the token stands.</param>
    /// <param name="token">The token; its probability is above 0.</param>
    /// <exception cref="ArgumentException">The token has no probability, or the box would be too narrow to decode.</exception>
    public void Narrow(ReadOnlySpan<double> probabilities, int token)
    {
        if (!(probabilities[token] > 0))
        {
            throw new ArgumentException($"Token {token} has probability {probabilities[token]} at step {_step}; a sequence the model rules out has no box.", nameof(token));
        }
        int axis = _step % _low.Length;
        double before = 0;
        foreach (double p in probabilities[..token])
        {
            before += p;
        }
        double width = _high[axis] - _low[axis];
        double low = _low[axis] + width * before;
        double high = low + width * probabilities[token];
        if (high - low < Narrowest)
        {
            throw new ArgumentException($"At step {_step} the box is narrower than 2⁻⁴⁸ on axis {axis}, too narrow to decode again. Use more than {_low.Length} dimensions.", nameof(token));
        }
        (_low[axis], _high[axis]) = (low, high);
        _step++;
    }
}

/// <summary>Reads the sequence that a point of the unit cube stands for.</summary>
/// <remarks>Source: as <see cref="VolumeEncoder"/>. The coordinate is rescaled to the chosen slice, so each step costs one cumulative search.</remarks>
public sealed class VolumeDecoder
{
    private const double LargestCoordinate = 1 - 0.5e-6;

    private readonly double[] _point;
    private readonly double[] _width;
    private int _step;

    /// <summary>Starts from a point.</summary>
    /// <param name="point">Shape [d], d ≥ 1; each in [0, 1]; held just below 1.</param>
    public VolumeDecoder(ReadOnlySpan<double> point)
    {
        if (point.IsEmpty)
        {
            throw new ArgumentException("A point has at least one coordinate.", nameof(point));
        }
        _point = point.ToArray();
        _width = new double[_point.Length];
        Array.Fill(_width, 1);
        for (int i = 0; i < _point.Length; i++)
        {
            _point[i] = _point[i] is >= 0 and <= 1
                ? Math.Min(_point[i], LargestCoordinate)
                : throw new ArgumentOutOfRangeException(nameof(point), _point[i], $"Coordinate {i} must lie in [0, 1].");
        }
    }

    /// <summary>The next token.</summary>
    /// <param name="probabilities">Shape [V]; the model's distribution where the token will stand; not all 0.</param>
    /// <exception cref="ArgumentException">All are 0.</exception>
    /// <exception cref="InvalidOperationException">The axis holds no more of the text: the point has too few coordinates for it.</exception>
    public int Next(ReadOnlySpan<double> probabilities)
    {
        int axis = _step++ % _point.Length;
        if (_width[axis] < VolumeEncoder.Narrowest)
        {
            throw new InvalidOperationException($"Axis {axis} has given all of its bits by step {_step - 1}; what it would give now is rounding. Use more than {_point.Length} dimensions.");
        }
        double cumulative = 0, start = 0;
        int found = -1;
        for (int token = 0; token < probabilities.Length; token++)
        {
            if (probabilities[token] > 0)
            {
                found = token;
                start = cumulative;
                cumulative += probabilities[token];
                if (cumulative > _point[axis])
                {
                    break;
                }
            }
        }
        if (found < 0)
        {
            throw new ArgumentException("No token has a probability above 0.", nameof(probabilities));
        }
        _width[axis] *= probabilities[found];
        _point[axis] = Math.Clamp((_point[axis] - start) / probabilities[found], 0, LargestCoordinate);
        return found;
    }
}
