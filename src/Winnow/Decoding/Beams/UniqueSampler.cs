using System.Collections.Immutable;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Beams;

/// <summary>A sequence that had not been drawn before.</summary>
/// <param name="Tokens">Generated tokens, the end token included where there is one.</param>
/// <param name="LogProb">Natural-log probability of the sequence under the model.</param>
/// <param name="DrawnBefore">Probability of all sequences drawn before it; 0 … 1.</param>
public sealed record UniqueSequence(ImmutableArray<int> Tokens, double LogProb, double DrawnBefore);

/// <summary>
/// Draws different sequences one after another, for as long as they are asked for: each is distributed as the model's own
/// given that it differs from all before it. For a number known beforehand <see cref="StochasticBeamSearch"/> reads less.
/// </summary>
/// <remarks>
/// Source: Shi, Bieber and Singh, "Incremental Sampling Without Replacement for Sequence Models" (ICML 2020). A tree of the
/// prefixes drawn holds the share of each one's mass that is gone; a token is drawn with p · (1 − share). Cost: one pass a
/// token, the prompt read once; memory grows with the tokens drawn. Used by one thread at a time.
/// </remarks>
public sealed class UniqueSampler : IDisposable
{
    /// <summary>Mass below which nothing is left to draw but rounding.</summary>
    private const double Nothing = 1e-9;

    private readonly ISession _session;
    private readonly int[] _prompt;
    private readonly int _maxTokens;
    private readonly IReadOnlyCollection<int> _endTokens;
    private readonly IUniforms _uniforms;
    private readonly Branch _start;
    private readonly SamplerWorkspace _workspace = new();
    private readonly Node _root = new();
    private readonly double[] _weights;
    private int _drawn;

    /// <summary>Starts with nothing drawn.</summary>
    /// <param name="model">Any white-box model.</param>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="maxTokens">Generated tokens at most; sequences are cut there. At least 1.</param>
    /// <param name="endTokens">Tokens that end a sequence.</param>
    /// <param name="uniforms">Numbers named <c>token</c>, one for each token of each sequence.</param>
    public UniqueSampler(ILanguageModel model, ReadOnlySpan<int> prompt, int maxTokens, IReadOnlyCollection<int> endTokens, IUniforms uniforms)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(endTokens);
        ArgumentNullException.ThrowIfNull(uniforms);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        (_prompt, _maxTokens, _endTokens, _uniforms) = (prompt.ToArray(), maxTokens, endTokens, uniforms);
        _weights = new double[model.Info.VocabularySize];
        _session = model.Open(RowLimits.For(model, prompt.Length, 2, maxTokens));
        _session.Add(prompt);
        _start = _session.Keep(0, prompt.Length);
    }

    /// <summary>Probability of all sequences drawn so far; 0 … 1.</summary>
    public double DrawnMass => _root.Gone;

    /// <summary>Draws a sequence that differs from all before it.</summary>
    /// <param name="cancellationToken">Stops between tokens; nothing counts as drawn then.</param>
    /// <returns>Null where every sequence was drawn.</returns>
    public UniqueSequence? Next(CancellationToken cancellationToken = default)
    {
        if (_root.Gone >= 1 - Nothing)
        {
            return null;
        }
        double before = _root.Gone;
        List<(Node Node, int Token, double Probability)> path = [];
        ImmutableArray<int>.Builder tokens = ImmutableArray.CreateBuilder<int>();
        double logProb = 0;
        Node node = _root;
        _session.Reorder([]);
        _session.Add(_prompt);
        while (tokens.Count < _maxTokens && (tokens.Count == 0 || !_endTokens.Contains(tokens[^1])))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (tokens.Count > 0)
            {
                _session.Forward(new TokenBatch([0], [1], [tokens[^1]]), Read.LastLogits);
            }
            Candidates candidates = Candidates.Load(_session.Logits(0, _session.Length(0) - 1), _workspace);
            (int token, double probability) = Draw(ref candidates, node, _uniforms.Next("token", _drawn, 0, tokens.Count));
            tokens.Add(token);
            logProb += Math.Log(probability);
            path.Add((node, token, probability));
            node = node.Child(token);
        }
        node.Gone = 1;
        for (int i = path.Count - 1; i >= 0; i--)
        {
            path[i].Node.Take(path[i].Token, path[i].Probability);
        }
        _drawn++;
        return new UniqueSequence(tokens.ToImmutable(), logProb, before);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Release(_start);
        _session.Dispose();
    }

    private (int Token, double Probability) Draw(ref Candidates candidates, Node node, double uniform)
    {
        ReadOnlySpan<float> weights = candidates.Weights;
        double total = candidates.TotalWeight, left = 0;
        for (int token = 0; token < weights.Length; token++)
        {
            _weights[token] = weights[token];
        }
        foreach ((int token, Node child) in node.Children)
        {
            _weights[token] *= Math.Max(0, 1 - child.Gone);
        }
        for (int token = 0; token < weights.Length; token++)
        {
            left += _weights[token];
        }
        double target = uniform * left, cumulative = 0;
        int drawn = -1;
        for (int token = 0; token < weights.Length; token++)
        {
            if (_weights[token] > 0)
            {
                drawn = token;
                cumulative += _weights[token];
                if (cumulative > target)
                {
                    break;
                }
            }
        }
        return (drawn, weights[drawn] / total);
    }

    private sealed class Node
    {
        private readonly Dictionary<int, double> _probabilities = [];

        public Dictionary<int, Node> Children { get; } = [];

        /// <summary>Share of this prefix's mass whose sequences were drawn.</summary>
        public double Gone { get; set; }

        public Node Child(int token)
        {
            if (!Children.TryGetValue(token, out Node? child))
            {
                Children.Add(token, child = new Node());
            }
            return child;
        }

        public void Take(int token, double probability)
        {
            _probabilities[token] = probability;
            double gone = 0;
            foreach ((int drawn, double p) in _probabilities)
            {
                gone += p * Children[drawn].Gone;
            }
            Gone = Math.Min(1, gone);
        }
    }
}
