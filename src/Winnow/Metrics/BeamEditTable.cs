namespace Winnow.Metrics;

/// <summary>The table of edit distances between prefixes of two token lists, filled in a beam around its diagonal.</summary>
internal sealed class BeamEditTable
{
    private const int Beam = 25;
    private const int Unreached = int.MaxValue / 2;

    private readonly int[] _reference;
    private readonly int[] _costs;
    private readonly double _ratio;
    private readonly int _beam;
    private int[] _above;
    private int[] _row;
    private int[] _hypothesis = [];

    /// <summary>Makes room.</summary>
    /// <param name="reference">Token ids; at least one.</param>
    /// <param name="rows">Tokens of every hypothesis to come; at least one.</param>
    public BeamEditTable(int[] reference, int rows)
    {
        _reference = reference;
        Rows = rows;
        _ratio = (double)reference.Length / rows;
        // Where one side is so much longer that neighbouring rows would not overlap, the beam is wider.
        _beam = Beam < _ratio / 2 ? (int)Math.Ceiling(_ratio / 2 + Beam) : Beam;
        _costs = new int[(rows + 1) * Width];
        _above = new int[Width];
        _row = new int[Width];
        for (int j = 0; j < Width; j++)
        {
            _costs[j] = j;
        }
    }

    /// <summary>Tokens of the hypothesis.</summary>
    public int Rows { get; }

    /// <summary>Tokens of the reference.</summary>
    public int Columns => _reference.Length;

    private int Width => _reference.Length + 1;

    /// <summary>Fills the table and returns the distance.</summary>
    public int Fill(int[] hypothesis)
    {
        _hypothesis = hypothesis;
        for (int i = 1; i <= Rows; i++)
        {
            FillRow(i, hypothesis[i - 1], Row(i - 1), _costs.AsSpan(i * Width, Width));
        }
        return _costs[^1];
    }

    /// <summary>The distance of another hypothesis of the same length; the table stays.</summary>
    /// <param name="hypothesis">Token ids.</param>
    /// <param name="common">Tokens at its start that agree with the hypothesis the table is filled for.</param>
    public int Distance(ReadOnlySpan<int> hypothesis, int common)
    {
        if (common == Rows)
        {
            return _costs[^1];
        }
        Row(common).CopyTo(_above);
        for (int i = common + 1; i <= Rows; i++)
        {
            FillRow(i, hypothesis[i - 1], _above, _row);
            (_above, _row) = (_row, _above);
        }
        return _above[^1];
    }

    /// <summary>The distance between the first i tokens of the hypothesis and the first j of the reference.</summary>
    public int this[int i, int j] => _costs[i * Width + j];

    /// <summary>Whether two words are the same: one of the hypothesis the table was last filled for, one of the reference.</summary>
    public bool Agree(int hypothesisWord, int referenceWord) => _hypothesis[hypothesisWord] == _reference[referenceWord];

    private ReadOnlySpan<int> Row(int i) => _costs.AsSpan(i * Width, Width);

    private void FillRow(int i, int token, ReadOnlySpan<int> above, Span<int> row)
    {
        row.Fill(Unreached);
        int diagonal = (int)Math.Floor(i * _ratio);
        int from = Math.Max(0, diagonal - _beam);
        int to = i == Rows ? Width : Math.Min(Width, diagonal + _beam);
        for (int j = from; j < to; j++)
        {
            if (j == 0)
            {
                row[0] = above[0] + 1;
                continue;
            }
            int cost = above[j - 1] + (token == _reference[j - 1] ? 0 : 1);
            cost = Math.Min(cost, above[j] + 1);
            row[j] = Math.Min(cost, row[j - 1] + 1);
        }
    }
}

/// <summary>Which hypothesis word each reference word stands at, and which words are wrong, along a cheapest path.</summary>
/// <remarks>Among cheapest paths: agreement or substitution first, then a word too many, then a word missing.</remarks>
internal sealed class EditAlignment(int hypothesisLength, int referenceLength)
{
    private readonly int[] _place = new int[referenceLength];
    private readonly bool[] _wrongInHypothesis = new bool[hypothesisLength];
    private readonly bool[] _wrongInReference = new bool[referenceLength];

    /// <summary>The position of the last hypothesis word that the path has passed at a reference word; −1 where it has passed none.</summary>
    public int HypothesisOf(int referenceWord) => _place[referenceWord];

    /// <summary>Whether moving a block there can help: something is wrong at both ends, and it does not move into itself.</summary>
    public bool Improves(int hypothesisStart, int referenceStart, int length)
    {
        int place = _place[referenceStart];
        return _wrongInHypothesis.AsSpan(hypothesisStart, length).Contains(true)
            && _wrongInReference.AsSpan(referenceStart, length).Contains(true)
            && !(hypothesisStart <= place && place < hypothesisStart + length);
    }

    /// <summary>Reads a filled table.</summary>
    public void Read(BeamEditTable table)
    {
        (int i, int j) = (table.Rows, table.Columns);
        while (i > 0 || j > 0)
        {
            int cost = table[i, j];
            int diagonal = i > 0 && j > 0 ? cost - table[i - 1, j - 1] : -1;
            bool wrong = diagonal >= 0 && !table.Agree(i - 1, j - 1);
            if (diagonal == (wrong ? 1 : 0))
            {
                (_place[j - 1], _wrongInHypothesis[i - 1], _wrongInReference[j - 1]) = (i - 1, wrong, wrong);
                (i, j) = (i - 1, j - 1);
            }
            else if (i > 0 && (j == 0 || table[i - 1, j] + 1 == cost))
            {
                _wrongInHypothesis[--i] = true;
            }
            else
            {
                (_place[j - 1], _wrongInReference[j - 1]) = (i - 1, true);
                j--;
            }
        }
    }
}
