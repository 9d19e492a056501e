using System.Collections.Immutable;
using System.Text;
using Winnow.Inference;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Generation;

/// <summary>Plain drawing: a prompt, a chain, and samples that are generated side by side over one shared prompt.</summary>
/// <remarks>Sample i uses the uniform numbers of slot i, so it is the same however many samples are drawn with it.</remarks>
public static class TextGenerator
{
    /// <summary>Draws whole samples.</summary>
    /// <param name="model">Any white-box model.</param>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="options">Settings.</param>
    /// <param name="uniforms">Uniform numbers by place.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    public static IReadOnlyList<GeneratedSample> Run(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return RunAll(model, [prompt], options, _ => uniforms, cancellationToken)[0];
    }

    /// <summary>Draws whole samples from several prompts at once, which takes less time than one prompt after another.</summary>
    /// <param name="model">Any white-box model.</param>
    /// <param name="prompts">Shape [P][n], n ≥ 1.</param>
    /// <param name="options">Settings; the samples are those of each prompt.</param>
    /// <param name="uniforms">Uniform numbers of a prompt, by its index.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>Shape [P][samples]; each the same as if it were drawn alone. All texts side by side are held in memory.</returns>
    /// <exception cref="ArgumentException">A prompt is empty or fills the context.</exception>
    public static IReadOnlyList<IReadOnlyList<GeneratedSample>> RunAll(
        ILanguageModel model, IReadOnlyList<IReadOnlyList<int>> prompts, GenerationOptions options, Func<int, IUniforms> uniforms,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(uniforms);
        foreach (IReadOnlyList<int> prompt in prompts)
        {
            CheckPrompt(model, prompt);
        }
        var tokens = new List<GeneratedToken>[prompts.Count * options.Samples];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = [];
        }
        int[][] own = [.. prompts.Select(prompt => prompt.ToArray())];
        foreach ((int prompt, GeneratedToken token) in Tokens(model, own, options, uniforms, cancellationToken))
        {
            tokens[prompt * options.Samples + token.Sample].Add(token);
        }
        return [.. tokens.Select(Whole).Chunk(options.Samples)];
    }

    /// <summary>Draws samples token by token, all samples in turn.</summary>
    /// <param name="model">Any white-box model.</param>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="options">Settings.</param>
    /// <param name="uniforms">Uniform numbers by place.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <exception cref="ArgumentException">The prompt is empty or fills the context.</exception>
    public static IEnumerable<GeneratedToken> Stream(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(uniforms);
        CheckPrompt(model, prompt);
        return Tokens(model, [[.. prompt]], options, _ => uniforms, cancellationToken).Select(drawn => drawn.Token);
    }

    /// <summary>Refuses a prompt that is empty or fills the context.</summary>
    internal static void CheckPrompt(ILanguageModel model, IReadOnlyList<int> prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Count == 0 || prompt.Count >= model.Info.ContextLength)
        {
            throw new ArgumentException($"The prompt has {prompt.Count} tokens; it must have at least 1 and leave room in a context of {model.Info.ContextLength}.", nameof(prompt));
        }
    }

    private static GeneratedSample Whole(List<GeneratedToken> sample) => new(
        string.Concat(sample.Select(t => t.Text)), [.. sample.Select(t => t.Token)], [.. sample.Select(t => t.LogProb)],
        [.. sample.Select(t => t.ChainLogProb)], sample[^1].Finish!.Value);

    private static IEnumerable<(int Prompt, GeneratedToken Token)> Tokens(
        ILanguageModel model, int[][] prompts, GenerationOptions options, Func<int, IUniforms> uniforms, CancellationToken cancellationToken)
    {
        if (prompts.Length == 0)
        {
            yield break;
        }
        using ISession session = model.Open(RowLimits.For(model, prompts, options.Samples, options.MaxTokens));
        foreach (int[] prompt in prompts)
        {
            session.Add(prompt);
        }
        // Row p · samples + i is sample i of prompt p until one ends.
        session.Reorder([.. Enumerable.Range(0, prompts.Length * options.Samples).Select(row => row / options.Samples)]);
        SampleDrawer[] drawers = [.. prompts.Select((prompt, p) => new SampleDrawer(model, options, uniforms(p), prompt))];
        int[] active = [.. Enumerable.Range(0, prompts.Length * options.Samples)];
        while (active.Length > 0)
        {
            List<int> survivingRows = [], next = [];
            for (int row = 0; row < active.Length; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                (int prompt, int sample) = Math.DivRem(active[row], options.Samples);
                GeneratedToken drawn = drawers[prompt].Draw(sample, session.Logits(row, session.Length(row) - 1));
                if (drawn.Finish is null)
                {
                    survivingRows.Add(row);
                    next.Add(drawn.Token);
                }
                yield return (prompt, drawn);
            }
            if (survivingRows.Count < active.Length)
            {
                session.Reorder([.. survivingRows]);
                active = [.. survivingRows.Select(row => active[row])];
            }
            if (active.Length > 0)
            {
                session.Forward(
                    new TokenBatch([.. Enumerable.Range(0, active.Length)], [.. Enumerable.Repeat(1, active.Length)], [.. next]), Read.LastLogits);
            }
        }
    }
}

/// <summary>Draws the tokens of samples and turns them into text.</summary>
internal sealed class SampleDrawer(ILanguageModel model, GenerationOptions options, IUniforms uniforms, int[] prompt)
{
    private readonly SamplerWorkspace _workspace = new();
    private readonly SamplerRow[] _rows = [.. Enumerable.Range(0, options.Samples).Select(_ => options.Chain.Open(prompt))];
    private readonly StopTextBuffer[] _texts = [.. Enumerable.Range(0, options.Samples).Select(_ => new StopTextBuffer(options.StopStrings))];
    private readonly ImmutableArray<int> _endTokens = options.EndTokensOf(model.Vocabulary);
    private readonly CandidateReport? _report = options.ReportedCandidates > 0 ? new CandidateReport(options.ReportedCandidates) : null;

    public GeneratedToken Draw(int sample, ReadOnlySpan<float> logits)
    {
        SamplerRow row = _rows[sample];
        _report?.Clear();
        StepContext context = new(row.Tokens, prompt.Length, uniforms, options.Iteration, sample);
        SampledToken drawn = options.Chain.Draw(logits, row, context, _workspace, _report);
        double logProb = LogSoftmax.At(logits, drawn.Token);
        row.Accept(drawn.Token);
        StopTextBuffer buffer = _texts[sample];
        bool isEnd = _endTokens.Contains(drawn.Token);
        StringBuilder text = new(isEnd ? "" : buffer.Add(model.Vocabulary.Bytes(drawn.Token)));
        FinishReason? finish = isEnd ? FinishReason.EndToken
            : buffer.IsStopped ? FinishReason.StopString
            : row.Tokens.Length - prompt.Length >= options.MaxTokens ? FinishReason.MaxTokens
            : row.Tokens.Length >= model.Info.ContextLength ? FinishReason.ContextFull
            : null;
        if (finish is not null)
        {
            text.Append(buffer.Flush());
        }
        return new GeneratedToken(
            sample, drawn.Token, text.ToString(), logProb, drawn.LogProb, drawn.Kept, _report is null ? null : [.. _report.Stages], finish);
    }
}
