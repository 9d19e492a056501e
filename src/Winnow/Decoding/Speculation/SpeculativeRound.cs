using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Speculation;

/// <summary>One round of speculative decoding, with the buffers it needs.</summary>
internal sealed class SpeculativeRound(SamplerChain chain, IUniforms uniforms, int slot, int vocabularySize)
{
    private readonly SamplerWorkspace _workspace = new();
    private readonly List<double[]> _draftDistributions = [];
    private readonly List<int> _proposal = [];
    private readonly double[] _target = new double[vocabularySize];
    private readonly double[] _residual = new double[vocabularySize];
    private readonly float[] _before = new float[vocabularySize];
    private int _firstRead;

    /// <summary>Natural-log probability, under the target itself, of all tokens taken so far.</summary>
    public double LogProb { get; private set; }

    /// <summary>Drafts tokens on a copy of the row's states and notes the distribution each was drawn from.</summary>
    public ReadOnlySpan<int> Draft(ISession session, SamplerRow row, int wanted, IReadOnlyCollection<int> endTokens)
    {
        _proposal.Clear();
        SamplerRow ahead = row.Fork();
        for (int i = 0; i < wanted; i++)
        {
            if (_draftDistributions.Count <= i)
            {
                _draftDistributions.Add(new double[vocabularySize]);
            }
            StepContext context = Context(ahead);
            Distribution(session.Logits(0, session.Length(0) - 1), ahead, context, _draftDistributions[i]);
            int token = Draw(_draftDistributions[i], context.Uniform("draft"));
            _proposal.Add(token);
            ahead.Accept(token);
            if (i + 1 == wanted || endTokens.Contains(token))
            {
                break;
            }
            session.Forward(new TokenBatch([0], [1], [token]), Read.LastLogits);
        }
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_proposal);
    }

    /// <summary>Reads the drafted tokens with the target, accepts a prefix of them, and adds one token of the target's own.</summary>
    /// <returns>The number of drafted tokens accepted.</returns>
    public int Verify(ISession session, SamplerRow row, ReadOnlySpan<int> proposal, IReadOnlyCollection<int> endTokens, out bool isEnded)
    {
        int last = session.Length(0) - 1;
        Distribution(session.Logits(0, last), row, Context(row), _target);
        session.Logits(0, last).CopyTo(_before);
        _firstRead = last + 1;
        if (!proposal.IsEmpty)
        {
            session.Forward(new TokenBatch([0], [proposal.Length], proposal), Read.AllLogits);
        }
        for (int i = 0; i < proposal.Length; i++)
        {
            int token = proposal[i];
            double[] draft = _draftDistributions[i];
            StepContext context = Context(row);
            if (context.Uniform("accept") >= SpeculativeSampling.AcceptanceProbability(_target[token], draft[token]))
            {
                SpeculativeSampling.Residual(_target, draft, _residual);
                isEnded = Take(session, last + i, row, Draw(_residual, context.Uniform("token")), endTokens);
                return i;
            }
            isEnded = Take(session, last + i, row, token, endTokens);
            if (isEnded)
            {
                return i + 1;
            }
            Distribution(session.Logits(0, last + 1 + i), row, Context(row), _target);
        }
        isEnded = Take(session, last + proposal.Length, row, Draw(_target, Context(row).Uniform("token")), endTokens);
        return proposal.Length;
    }

    // Logits of the position before the proposal are gone once it is read; they were copied.
    private bool Take(ISession session, int position, SamplerRow row, int token, IReadOnlyCollection<int> endTokens)
    {
        LogProb += TokenSampler.LogProb(position < _firstRead ? _before : session.Logits(0, position), token);
        row.Accept(token);
        return endTokens.Contains(token);
    }

    private StepContext Context(SamplerRow row) => new(row.Tokens, row.PromptLength, uniforms, slot: slot);

    private void Distribution(ReadOnlySpan<float> logits, SamplerRow row, in StepContext context, double[] probabilities)
    {
        Candidates left = chain.Apply(logits, row, context, _workspace);
        Array.Clear(probabilities);
        double total = left.TotalWeight;
        ReadOnlySpan<float> weights = left.Weights;
        for (int i = 0; i < weights.Length; i++)
        {
            probabilities[left.IdAt(i)] = weights[i] / total;
        }
    }

    private static int Draw(ReadOnlySpan<double> probabilities, double uniform)
    {
        double cumulative = 0;
        int last = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] > 0)
            {
                cumulative += probabilities[i];
                last = i;
                if (cumulative > uniform)
                {
                    break;
                }
            }
        }
        return last;
    }
}
