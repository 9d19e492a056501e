using System.Collections.Immutable;
using Winnow.Decoding.Stages;

namespace Winnow.Decoding;

/// <summary>
/// Stages that act on the logits one after another; then a token is drawn from what is left. Immutable and shared
/// between rows and threads: what belongs to a row is a <see cref="SamplerRow"/>, what belongs to a thread a
/// <see cref="SamplerWorkspace"/>.
/// </summary>
/// <remarks>No allocation per token after warm-up.</remarks>
public sealed class SamplerChain : IEquatable<SamplerChain>
{
    private readonly SamplerStage[] _stages;

    /// <summary>Makes a chain.</summary>
    /// <param name="stages">Stages in the order they act. Those whose settings change nothing are dropped.</param>
    /// <exception cref="ArgumentException">A stage can never act where it stands.</exception>
    public SamplerChain(params IEnumerable<SamplerStage> stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        _stages = [.. stages.Where(stage => !stage.IsNeutral)];
        ChainRules.Check(_stages);
    }

    /// <summary>Stages that act, in their order.</summary>
    public IReadOnlyList<SamplerStage> Stages => _stages;

    /// <summary>How each stage is written in <see cref="Parse"/>, by its name.</summary>
    public static IReadOnlyDictionary<string, string> Usages => ChainParser.Usages;

    /// <summary>Reads a chain such as <c>typical:0.95,temperature:0.8</c>, or a preset such as <c>llama</c>.</summary>
    /// <param name="text">Stages separated by commas; settings of a stage by colons. The empty text is the model's own distribution.</param>
    /// <param name="endTokens">The end tokens that stages about length use where the text names none.</param>
    /// <exception cref="FormatException">The text is not a chain; the message names the place and what is allowed.</exception>
    public static SamplerChain Parse(string text, params IReadOnlyList<int> endTokens) => ChainParser.Parse(text, endTokens);

    /// <summary>What a fresh row remembers.</summary>
    /// <param name="prompt">Tokens of the prompt; may be empty.</param>
    public SamplerRow Open(ReadOnlySpan<int> prompt) => new(Array.ConvertAll(_stages, stage => stage.Open()), prompt);

    /// <summary>Runs all stages and leaves what can be drawn.</summary>
    /// <param name="logits">Shape [V]; finite or −∞.</param>
    /// <param name="row">The row they belong to.</param>
    /// <param name="context">The row's place in the run.</param>
    /// <param name="workspace">Buffers of this thread; what is returned lives in them.</param>
    /// <param name="report">Called after each stage; null for none.</param>
    /// <exception cref="ArgumentException">A logit is NaN or +∞, or all are −∞.</exception>
    /// <exception cref="NoCandidateException">A stage left nothing.</exception>
    public Candidates Apply(ReadOnlySpan<float> logits, SamplerRow row, in StepContext context, SamplerWorkspace workspace, IStageObserver? report = null)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(workspace);
        int first = 0;
        if (_stages.Length > 0 && _stages[0] is Sanitize)
        {
            Span<float> clean = workspace.Sanitized(logits.Length);
            Sanitize.Clean(logits, clean);
            logits = clean;
            first = 1;
        }
        Candidates candidates = Candidates.Load(logits, workspace);
        report?.Observe("model", ref candidates);
        for (int i = first; i < _stages.Length; i++)
        {
            _stages[i].Apply(ref candidates, context, row.State(i));
            if (candidates.Count == 0 || float.IsNegativeInfinity(candidates.Max))
            {
                throw new NoCandidateException(_stages[i].ToString());
            }
            report?.Observe(_stages[i], ref candidates);
        }
        return candidates;
    }

    /// <summary>Runs all stages and draws a token. The row is not told: see <see cref="SamplerRow.Accept"/>.</summary>
    /// <param name="logits">Shape [V]; finite or −∞.</param>
    /// <param name="row">The row they belong to.</param>
    /// <param name="context">The row's place in the run; the draw uses its uniform number <c>token</c>.</param>
    /// <param name="workspace">Buffers of this thread.</param>
    /// <param name="report">Called after each stage; null for none.</param>
    public SampledToken Draw(ReadOnlySpan<float> logits, SamplerRow row, in StepContext context, SamplerWorkspace workspace, IStageObserver? report = null)
    {
        Candidates left = Apply(logits, row, context, workspace, report);
        return left.Draw(left.Count == 1 ? 0 : context.Uniform("token"));
    }

    /// <inheritdoc/>
    public bool Equals(SamplerChain? other) => other is not null && _stages.AsSpan().SequenceEqual(other._stages);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SamplerChain);

    /// <inheritdoc/>
    public override int GetHashCode() => _stages.Aggregate(0, HashCode.Combine);

    /// <summary>The chain as it is read by <see cref="Parse"/>; stages that change nothing are left out.</summary>
    public override string ToString() => string.Join(',', _stages.AsEnumerable());
}
