using System.Runtime.InteropServices;

namespace Winnow.Search;

/// <summary>A row of a <see cref="ModelPopulation"/> while it is being extended.</summary>
internal sealed class ModelRow
{
    private readonly List<int> _tokens;
    private readonly List<int> _stepEnds;
    private readonly List<int> _stepTokenEnds;
    private readonly List<double> _stepLogProbs;
    private readonly List<byte> _step = [];
    private double _stepLogProb;
    private string _text;

    public ModelRow(PartialAnswer answer, int slot, int sessionRow)
    {
        Slot = slot;
        SessionRow = sessionRow;
        _text = answer.Text;
        _tokens = [.. answer.Tokens ?? []];
        _stepEnds = [.. answer.StepEnds];
        _stepTokenEnds = [.. answer.StepTokenEnds ?? []];
        _stepLogProbs = [.. answer.StepLogProbs ?? []];
    }

    public int Slot { get; }

    public int SessionRow { get; }

    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    public int TokenCount => _tokens.Count;

    /// <summary>Tokens at the end of the last whole step; 0 where there is none.</summary>
    public int LastStepEnd => _stepTokenEnds.Count == 0 ? 0 : _stepTokenEnds[^1];

    /// <summary>Tokens drawn since this row was taken up.</summary>
    public int Drawn { get; private set; }

    public RowState State { get; private set; } = RowState.Active;

    public string? Reason { get; private set; }

    public void Append(int token, double logProb, ReadOnlySpan<byte> bytes)
    {
        _tokens.Add(token);
        _step.AddRange(bytes);
        _stepLogProb += logProb;
        Drawn++;
    }

    /// <summary>Whether the step's bytes hold a text that ends within the last token's.</summary>
    public bool Holds(ReadOnlySpan<byte> boundary, int lastTokenBytes)
    {
        int from = Math.Max(0, _step.Count - lastTokenBytes - boundary.Length + 1);
        return CollectionsMarshal.AsSpan(_step)[from..].IndexOf(boundary) >= 0;
    }

    public bool StepStartsWith(ReadOnlySpan<byte> marker) => CollectionsMarshal.AsSpan(_step).TrimStart(" \t\r\n"u8).StartsWith(marker);

    public void EndStep(Func<ReadOnlySpan<int>, string> decode)
    {
        _text = decode(Tokens);
        _stepEnds.Add(_text.Length);
        _stepTokenEnds.Add(_tokens.Count);
        _stepLogProbs.Add(_stepLogProb);
        _stepLogProb = 0;
        _step.Clear();
    }

    public void Finish() => State = RowState.Finished;

    /// <summary>Ends the row where it is; what it drew of a step stays, as a step that is not whole.</summary>
    public void Cut(string reason, Func<ReadOnlySpan<int>, string> decode)
    {
        (State, Reason) = (RowState.Cut, reason);
        if (LastStepEnd < _tokens.Count)
        {
            EndStep(decode);
        }
    }

    public PartialAnswer ToAnswer() => new()
    {
        Text = _text,
        Tokens = [.. _tokens],
        StepEnds = [.. _stepEnds],
        StepTokenEnds = [.. _stepTokenEnds],
        StepLogProbs = [.. _stepLogProbs],
        TokenCount = _tokens.Count,
        State = State,
        Reason = Reason,
    };
}
