using Winnow.Models;

namespace Winnow.Decoding.Navigation;

/// <summary>
/// Volume coding with a language model: sequences to boxes of the unit cube and points back to sequences. Points spread
/// evenly over the cube decode to a stratified sample of the model.
/// </summary>
/// <param name="model">Any white-box model.</param>
/// <param name="dimensions">d, axes of the cube; at least 1; about 52·d bits of a sequence can be held.</param>
/// <remarks>Source: Celotti, Brodeur and Rouat, "AriEL: volume coding for sentence generation". Cost: as drawing the sequence.</remarks>
public sealed class VolumeCoder(ILanguageModel model, int dimensions)
{
    private readonly SamplerWorkspace _workspace = new();

    /// <summary>The box of a continuation.</summary>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="tokens">The continuation, end token included.</param>
    public VolumeBox Encode(ReadOnlySpan<int> prompt, ReadOnlySpan<int> tokens)
    {
        VolumeEncoder encoder = new(dimensions);
        using ISession session = model.Open(new SessionOptions { MaxRows = 1 });
        session.Add(prompt);
        double[] probabilities = new double[model.Info.VocabularySize];
        for (int i = 0; i < tokens.Length; i++)
        {
            Read(session, 0, probabilities);
            encoder.Narrow(probabilities, tokens[i]);
            if (i + 1 < tokens.Length)
            {
                session.Forward(new TokenBatch([0], [1], tokens.Slice(i, 1)), Models.Read.LastLogits);
            }
        }
        return encoder.Box;
    }

    /// <summary>The continuation that a point stands for.</summary>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="point">Shape [d]; each in [0, 1].</param>
    /// <param name="maxTokens">Tokens at most; at least 1.</param>
    /// <param name="endTokens">Tokens that end it; the end token is part of it.</param>
    public IReadOnlyList<int> Decode(ReadOnlySpan<int> prompt, ReadOnlySpan<double> point, int maxTokens, IReadOnlyCollection<int> endTokens)
    {
        if (point.Length != dimensions)
        {
            throw new ArgumentException($"The point has {point.Length} coordinates; the cube has {dimensions} axes.", nameof(point));
        }
        return Decode(prompt, [point.ToArray()], maxTokens, endTokens, CancellationToken.None)[0];
    }

    /// <summary>The continuations that points stand for, read side by side.</summary>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="points">Shape [N][d]; each in [0, 1]. Points that fill the cube evenly give a stratified sample.</param>
    /// <param name="maxTokens">Tokens of each at most; at least 1.</param>
    /// <param name="endTokens">Tokens that end one; the end token is part of it.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <exception cref="ArgumentException">There is no point, or one has another number of coordinates.</exception>
    public IReadOnlyList<int>[] Decode(
        ReadOnlySpan<int> prompt, IReadOnlyList<double[]> points, int maxTokens, IReadOnlyCollection<int> endTokens, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        if (points.Count == 0 || points.Any(point => point.Length != dimensions))
        {
            throw new ArgumentException($"There are {points.Count} points; give at least one, each with {dimensions} coordinates.", nameof(points));
        }
        VolumeDecoder[] decoders = [.. points.Select(point => new VolumeDecoder(point))];
        List<int>[] texts = [.. points.Select(_ => new List<int>())];
        using ISession session = model.Open(RowLimits.For(model, prompt.Length, points.Count, maxTokens));
        session.Add(prompt);
        session.Reorder(new int[points.Count]);
        double[] probabilities = new double[model.Info.VocabularySize];
        int[] active = [.. Enumerable.Range(0, points.Count)];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<int> surviving = [];
            for (int row = 0; row < active.Length; row++)
            {
                Read(session, row, probabilities);
                List<int> text = texts[active[row]];
                text.Add(decoders[active[row]].Next(probabilities));
                if (!endTokens.Contains(text[^1]) && text.Count < maxTokens)
                {
                    surviving.Add(row);
                }
            }
            if (surviving.Count == 0)
            {
                return texts;
            }
            if (surviving.Count < active.Length)
            {
                session.Reorder([.. surviving]);
                active = [.. surviving.Select(row => active[row])];
            }
            session.Forward(
                new TokenBatch([.. Enumerable.Range(0, active.Length)], [.. Enumerable.Repeat(1, active.Length)], [.. active.Select(i => texts[i][^1])]), Models.Read.LastLogits);
        }
    }

    private void Read(ISession session, int row, Span<double> probabilities)
    {
        Candidates candidates = Candidates.Load(session.Logits(row, session.Length(row) - 1), _workspace);
        double total = candidates.TotalWeight;
        ReadOnlySpan<float> weights = candidates.Weights;
        for (int i = 0; i < weights.Length; i++)
        {
            probabilities[i] = weights[i] / total;
        }
    }
}
