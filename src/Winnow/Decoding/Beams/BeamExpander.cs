using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Beams;

/// <summary>Expands the beams of one group after another and chooses what goes on.</summary>
internal sealed class BeamExpander(SamplerChain chain, BeamSearchOptions options)
{
    // Beam search draws nothing: a stage that asks for a number gets the same one everywhere.
    private static readonly HashedUniforms Unused = new(0);

    private readonly SamplerWorkspace _workspace = new();
    private readonly List<int> _chosen = [];
    private readonly List<(Beam Parent, int ParentRow, int Token, double LogProb, double Score)> _continuations = [];

    /// <summary>Begins a step: no group has chosen yet.</summary>
    public void Begin() => _chosen.Clear();

    /// <summary>Expands one group.</summary>
    /// <param name="session">Rows of all running beams, group after group.</param>
    /// <param name="group">The group.</param>
    /// <param name="firstRow">The row of its first beam.</param>
    /// <param name="length">Generated tokens after this step.</param>
    /// <param name="parents">Receives the rows that go on.</param>
    /// <param name="tokens">Receives the tokens they go on with.</param>
    public void Expand(ISession session, BeamGroup group, int firstRow, int length, List<int> parents, List<int> tokens)
    {
        int looked = 2 * group.Size;
        _continuations.Clear();
        for (int i = 0; i < group.Running.Count; i++)
        {
            Collect(session, group.Running[i], firstRow + i, looked);
        }
        _continuations.Sort((a, b) => b.Score != a.Score ? b.Score.CompareTo(a.Score)
            : a.ParentRow != b.ParentRow ? a.ParentRow.CompareTo(b.ParentRow) : a.Token.CompareTo(b.Token));
        List<Beam> running = [];
        int chosenBefore = _chosen.Count;
        for (int rank = 0; rank < Math.Min(looked, _continuations.Count) && running.Count < group.Size; rank++)
        {
            var next = _continuations[rank];
            if (options.EndTokens.Contains(next.Token))
            {
                if (rank < group.Size)
                {
                    group.Finish(next.Parent.Row, next.Token, next.LogProb);
                }
                continue;
            }
            SamplerRow row = next.Parent.Row.Fork();
            row.Accept(next.Token);
            running.Add(new Beam(row, next.LogProb));
            parents.Add(next.ParentRow);
            tokens.Add(next.Token);
            _chosen.Add(next.Token);
        }
        int added = running.Count;
        group.Advance(running, length);
        if (group.Running.Count == 0)
        {
            parents.RemoveRange(parents.Count - added, added);
            tokens.RemoveRange(tokens.Count - added, added);
            _chosen.RemoveRange(chosenBefore, added);
        }
    }

    private void Collect(ISession session, Beam beam, int sessionRow, int looked)
    {
        ReadOnlySpan<float> logits = session.Logits(sessionRow, session.Length(sessionRow) - 1);
        Candidates left = chain.Apply(logits, beam.Row, new StepContext(beam.Row.Tokens, beam.Row.PromptLength, Unused, slot: sessionRow), _workspace);
        // The penalty lowers at most the tokens chosen so far: that many more are enough to have the best among them.
        left.KeepTop(looked + _chosen.Count);
        for (int i = 0; i < left.Count; i++)
        {
            int token = left.IdAt(i);
            double logProb = beam.LogProb + left.Logits[i];
            double score = logProb - options.DiversityStrength * _chosen.Count(c => c == token);
            if (double.IsFinite(score))
            {
                _continuations.Add((beam, sessionRow, token, logProb, score));
            }
        }
    }
}
