using System.Runtime.InteropServices;

namespace Winnow.Inference.Tokenizers.Models;

/// <summary>Working memory of a model, used again for every piece.</summary>
internal sealed class PieceWork
{
    private const int Kept = 1 << 18;

    private int[] _next = [];
    private int[] _previous = [];
    private double[] _scores = [];

    /// <summary>Tokens of the piece.</summary>
    public List<PieceToken> Tokens { get; } = [];

    /// <summary>A way through the piece, backwards.</summary>
    public List<PieceToken> Path { get; } = [];

    /// <summary>Pairs that wait to be joined: where, and what stood there; lowest rank first, of equals the leftmost.</summary>
    public PriorityQueue<(int At, int Left, int Right), long> Pairs { get; } = new();

    public Span<PieceToken> Written => CollectionsMarshal.AsSpan(Tokens);

    public Span<int> Next(int length) => Sized(ref _next, length);

    public Span<int> Previous(int length) => Sized(ref _previous, length);

    public Span<double> Scores(int length) => Sized(ref _scores, length);

    /// <summary>Gives back what one long text made grow.</summary>
    public void Trim()
    {
        if (_next.Length > Kept || Tokens.Capacity > Kept)
        {
            _next = _previous = [];
            _scores = [];
            Tokens.Clear();
            Tokens.TrimExcess();
            Path.Clear();
            Path.TrimExcess();
            Pairs.Clear();
            Pairs.TrimExcess();
        }
    }

    private static Span<T> Sized<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[Math.Max(length, 2 * array.Length)];
        }
        return array.AsSpan(0, length);
    }
}
