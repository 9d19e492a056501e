using System.Collections.Immutable;
using System.Numerics.Tensors;
using Winnow.Decoding;
using Winnow.Decoding.Generation;
using Winnow.Decoding.Stages;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Reproductions;

/// <summary>What was drawn from one prompt.</summary>
/// <param name="Prompt">Its tokens.</param>
/// <param name="Samples">Tokens and log-probabilities of each continuation; all of one length.</param>
internal sealed record PromptSamples(int[] Prompt, IReadOnlyList<GeneratedSample> Samples)
{
    private const double NatsPerBit = 0.6931471805599453;

    /// <summary>Mean surprise of a token under the model that wrote. Unit: bits.</summary>
    public double Surprise => -Samples.Average(sample => sample.LogProbs.Average()) / NatsPerBit;

    /// <summary>Mean over samples and n = 2, 3, 4 of the share of n-grams that stood in the sample before; 0..1.</summary>
    public double Repetition => Samples.Average(sample => Enumerable.Range(2, 3).Average(n => Metrics.Repetition.OfNGrams(sample.Tokens.AsSpan(), n)));

    /// <summary>Slope of the surprise over the position by least squares. Unit: bits for each 100 tokens.</summary>
    /// <param name="from">First position that counts.</param>
    public double Slope(int from) => Samples.Average(sample =>
    {
        double[][] x = [.. Enumerable.Range(from, sample.LogProbs.Length - from).Select(position => (double[])[position / 100.0])];
        return LinearRegression.Fit(x, [.. sample.LogProbs.Skip(from).Select(logProb => -logProb / NatsPerBit)]).Coefficients[1];
    });

    /// <summary>Mean surprise of a token under another model of the same vocabulary. Unit: bits.</summary>
    public double SurpriseUnder(ILanguageModel judge)
    {
        int length = Samples[0].Tokens.Length;
        using ISession session = judge.Open(RowLimits.For(judge, Prompt.Length, Samples.Count, length));
        session.Add(Prompt);
        session.Reorder(new int[Samples.Count]);
        session.Forward(
            new TokenBatch([.. Enumerable.Range(0, Samples.Count)], [.. Samples.Select(sample => sample.Tokens.Length)], [.. Samples.SelectMany(sample => sample.Tokens)]),
            Read.LogProbs);
        double sum = 0;
        for (int row = 0; row < Samples.Count; row++)
        {
            sum += TensorPrimitives.Sum(session.LogProbs(row));
        }
        return -sum / Samples.Sum(sample => sample.Tokens.Length) / NatsPerBit;
    }
}

/// <summary>Draws continuations that go on where the model would have ended: long text is where samplers differ.</summary>
internal static class OpenEndedText
{
    private const int RowsAtOnce = 32;

    /// <summary>Draws from every prompt.</summary>
    /// <param name="setting">Model and prompts.</param>
    /// <param name="stages">The sampler.</param>
    /// <param name="size">How much is drawn.</param>
    /// <param name="seed">Of all draws; the same prompt and sample has the same uniform numbers under every sampler.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    public static PromptSamples[] Draw(OpenEndedSetting setting, IEnumerable<SamplerStage> stages, OpenEndedSize size, ulong seed, CancellationToken cancellationToken)
    {
        IVocabulary vocabulary = setting.Model.Vocabulary;
        ImmutableSortedDictionary<int, double> bans = Enumerable.Range(0, vocabulary.Size).Where(vocabulary.IsSpecial)
            .ToImmutableSortedDictionary(token => token, _ => double.NegativeInfinity);
        GenerationOptions options = new()
        {
            Chain = new SamplerChain(bans.IsEmpty ? stages : stages.Prepend(new LogitBias(bans))),
            Samples = size.Samples,
            MaxTokens = size.Tokens,
        };
        int[][] prompts = [.. setting.Prompts.Take(size.Prompts).Select(text => vocabulary.Encode(text, addSpecialTokens: true))];
        var drawn = new List<PromptSamples>(prompts.Length);
        foreach (int[][] group in prompts.Chunk(Math.Max(1, RowsAtOnce / size.Samples)))
        {
            int first = drawn.Count;
            var samples = TextGenerator.RunAll(setting.Model, group, options, i => HashedUniforms.For(seed, "open-ended", first + i), cancellationToken);
            drawn.AddRange(group.Zip(samples, (prompt, texts) => new PromptSamples(prompt, texts)));
        }
        return [.. drawn];
    }
}

/// <summary>How much is drawn for one sampler.</summary>
/// <param name="Prompts">Prompts at most.</param>
/// <param name="Samples">Samples of each.</param>
/// <param name="Tokens">Tokens of each sample.</param>
internal sealed record OpenEndedSize(int Prompts, int Samples, int Tokens);
