using Winnow.Decoding;
using Winnow.Decoding.Navigation;
using Winnow.Models;
using Winnow.Numerics;
using Winnow.Tasks;

namespace Winnow.Reproductions;

/// <summary>What a model says when an answer must begin with each of its top-ranked tokens, beside the clusters of the tokens' output keys.</summary>
internal sealed class FirstTokenProbe
{
    private const int Top = 10;
    private const int Probed = 60;
    private const int Clusters = 32;
    private const int MaxTokens = 160;

    private readonly ILanguageModel _model;
    private readonly int[] _clusterOf;

    /// <summary>Clusters the output keys of a model.</summary>
    public FirstTokenProbe(ILanguageModel model, ulong seed)
    {
        _model = model;
        float[] key = new float[model.Info.Width];
        double[][] keys = [.. Enumerable.Range(0, model.Info.VocabularySize).Select(token =>
        {
            model.CopyOutputKey(token, key);
            return Array.ConvertAll(key, x => (double)x);
        })];
        _clusterOf = KMeans.Seeded(keys, Clusters, SplitMix64.For(seed, "keys"), maxIterations: 30).Labels;
    }

    /// <summary>Splits the middle ranks of a problem's first token.</summary>
    public KeySpaceSplit Split(Problem problem, CancellationToken cancellationToken)
    {
        int[] prompt = _model.Vocabulary.Encode(problem.Prompt, addSpecialTokens: true);
        using ISession session = _model.Open(RowLimits.For(_model, prompt.Length, Probed, MaxTokens));
        float[] logits = session.Logits(session.Add(prompt), prompt.Length - 1).ToArray();
        int[] ranked = [.. Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).Take(Probed)];
        session.Reorder(new int[Probed]);
        string[] texts = Complete(session, ranked, cancellationToken);
        bool[] isRight = [.. texts.Select(text => problem.Answers.Canonical(text) is { } answer && problem.Checker.IsCorrect(problem, answer))];
        return KeySpaceProbe.Split(ranked, token => _clusterOf[token], token => isRight[Array.IndexOf(ranked, token)], Top, Probed);
    }

    // Greedy completions of all rows side by side, each begun with a token of its own.
    private string[] Complete(ISession session, int[] first, CancellationToken cancellationToken)
    {
        List<int>[] texts = [.. first.Select(token => new List<int> { token })];
        int[] active = [.. Enumerable.Range(0, first.Length)];
        int room = _model.Info.ContextLength - session.Length(0);
        for (int length = 1; active.Length > 0 && length < Math.Min(MaxTokens, room); length++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            session.Forward(
                new TokenBatch([.. Enumerable.Range(0, active.Length)], [.. Enumerable.Repeat(1, active.Length)], [.. active.Select(i => texts[i][^1])]), Read.LastLogits);
            List<int> surviving = [];
            for (int row = 0; row < active.Length; row++)
            {
                int next = TokenSampler.Greedy(session.Logits(row, session.Length(row) - 1)).Token;
                if (next != _model.Vocabulary.EndOfSequence)
                {
                    texts[active[row]].Add(next);
                    surviving.Add(row);
                }
            }
            session.Reorder([.. surviving]);
            active = [.. surviving.Select(row => active[row])];
        }
        return [.. texts.Select(tokens => _model.Vocabulary.Decode([.. tokens]))];
    }
}
