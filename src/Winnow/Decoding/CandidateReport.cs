namespace Winnow.Decoding;

/// <summary>A token and its probability among what a stage left.</summary>
/// <param name="Token">Token id.</param>
/// <param name="Probability">Probability, renormalised; 0 … 1.</param>
public readonly record struct CandidateProbability(int Token, double Probability);

/// <summary>What one stage of a chain left.</summary>
/// <param name="Stage">The stage's text; <c>model</c> for the distribution before any.</param>
/// <param name="Kept">Tokens that can still be drawn.</param>
/// <param name="Entropy">Entropy of what is left, in nats.</param>
/// <param name="Top">The most probable ones, descending.</param>
public sealed record StageReport(string Stage, int Kept, double Entropy, IReadOnlyList<CandidateProbability> Top);

/// <summary>Writes down what each stage of a chain kept, with the top tokens before and after it.</summary>
/// <param name="top">Tokens noted for each stage, at least 1.</param>
public sealed class CandidateReport(int top = 10) : IStageObserver
{
    private readonly List<StageReport> _stages = [];

    /// <summary>The model's own distribution, then what each stage left.</summary>
    public IReadOnlyList<StageReport> Stages => _stages;

    /// <summary>Forgets what was noted.</summary>
    public void Clear() => _stages.Clear();

    /// <inheritdoc/>
    public void Observe(string stage, ref Candidates candidates)
    {
        double normalizer = candidates.LogNormalizer;
        var noted = new PriorityQueue<int, (float Logit, int Reversed)>();
        for (int i = 0; i < candidates.Count; i++)
        {
            if (float.IsFinite(candidates.Logits[i]))
            {
                noted.Enqueue(i, (candidates.Logits[i], -i));
                if (noted.Count > top)
                {
                    noted.Dequeue();
                }
            }
        }
        var probable = new CandidateProbability[noted.Count];
        for (int rank = noted.Count - 1; noted.TryDequeue(out int i, out _); rank--)
        {
            probable[rank] = new CandidateProbability(candidates.IdAt(i), Math.Exp(candidates.Logits[i] - normalizer));
        }
        _stages.Add(new StageReport(stage, candidates.FiniteCount, candidates.Entropy, probable));
    }
}
