using System.Collections.Immutable;

namespace Winnow.Decoding.Beams;

/// <summary>A running hypothesis.</summary>
/// <param name="Row">Its tokens and the states of its stages.</param>
/// <param name="LogProb">Natural-log probability of what was generated.</param>
internal sealed record Beam(SamplerRow Row, double LogProb);

/// <summary>The running and the finished hypotheses of one group.</summary>
internal sealed class BeamGroup
{
    private readonly BeamSearchOptions _options;
    private readonly int _size;
    private readonly List<BeamHypothesis> _finished = [];

    public BeamGroup(BeamSearchOptions options, SamplerRow root)
    {
        _options = options;
        _size = options.Beams / options.Groups;
        Running = [new Beam(root, 0)];
    }

    public int Size => _size;

    public List<Beam> Running { get; private set; }

    public bool IsDone { get; private set; }

    /// <summary>Takes the best continuations of a step, best first.</summary>
    public void Advance(List<Beam> running, int length)
    {
        Running = running;
        IsDone = running.Count == 0 || (_finished.Count >= _size && CannotImprove(length));
        if (IsDone && _finished.Count >= _size)
        {
            Running = [];
        }
    }

    public void Finish(SamplerRow parent, int token, double logProb)
    {
        ImmutableArray<int> tokens = [.. parent.Tokens[parent.PromptLength..], token];
        Keep(new BeamHypothesis(tokens, logProb, _options.Score(logProb, tokens.Length), IsFinished: true));
    }

    public IReadOnlyList<BeamHypothesis> Hypotheses()
    {
        foreach (Beam beam in Running)
        {
            ImmutableArray<int> tokens = [.. beam.Row.Tokens[beam.Row.PromptLength..]];
            if (tokens.Length > 0)
            {
                Keep(new BeamHypothesis(tokens, beam.LogProb, _options.Score(beam.LogProb, tokens.Length), IsFinished: false));
            }
        }
        Running = [];
        return _finished;
    }

    private void Keep(BeamHypothesis hypothesis)
    {
        int place = _finished.FindIndex(h => h.Score < hypothesis.Score);
        _finished.Insert(place < 0 ? _finished.Count : place, hypothesis);
        if (_finished.Count > _size)
        {
            _finished.RemoveAt(_size);
        }
    }

    private bool CannotImprove(int length)
    {
        double best = Running[0].LogProb;
        double attainable = _options.Stopping switch
        {
            BeamStopping.WhenFull => double.NegativeInfinity,
            BeamStopping.WhenCertain when _options.LengthPenalty > 0 => _options.Score(best, _options.MaxTokens),
            _ => _options.Score(best, length),
        };
        return _finished[^1].Score >= attainable;
    }
}
