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
            Read(session, probabilities);
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
        VolumeDecoder decoder = new(point);
        using ISession session = model.Open(new SessionOptions { MaxRows = 1 });
        session.Add(prompt);
        double[] probabilities = new double[model.Info.VocabularySize];
        List<int> tokens = [];
        while (tokens.Count < maxTokens)
        {
            Read(session, probabilities);
            int token = decoder.Next(probabilities);
            tokens.Add(token);
            if (endTokens.Contains(token) || tokens.Count == maxTokens)
            {
                break;
            }
            session.Forward(new TokenBatch([0], [1], [token]), Models.Read.LastLogits);
        }
        return tokens;
    }

    private void Read(ISession session, Span<double> probabilities)
    {
        Candidates candidates = Candidates.Load(session.Logits(0, session.Length(0) - 1), _workspace);
        double total = candidates.TotalWeight;
        ReadOnlySpan<float> weights = candidates.Weights;
        for (int i = 0; i < weights.Length; i++)
        {
            probabilities[i] = weights[i] / total;
        }
    }
}
