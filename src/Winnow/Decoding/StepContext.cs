using Winnow.Numerics;

namespace Winnow.Decoding;

/// <summary>Where in a run a token is drawn: what stages may look at beside the logits.</summary>
/// <param name="tokens">The row so far: prompt, then what was generated.</param>
/// <param name="promptLength">Tokens of the prompt, at the front of <paramref name="tokens"/>.</param>
/// <param name="uniforms">Uniform numbers by place, so that copied rows part.</param>
/// <param name="iteration">Outer iteration of the run, for <paramref name="uniforms"/>.</param>
/// <param name="slot">Row, particle or draw, for <paramref name="uniforms"/>.</param>
public readonly ref struct StepContext(ReadOnlySpan<int> tokens, int promptLength, IUniforms uniforms, int iteration = 0, int slot = 0)
{
    /// <summary>The row so far, oldest first.</summary>
    public ReadOnlySpan<int> Tokens { get; } = tokens;

    /// <summary>Tokens of the prompt.</summary>
    public int PromptLength { get; } = Math.Clamp(promptLength, 0, tokens.Length);

    /// <summary>Uniform numbers by place.</summary>
    public IUniforms Uniforms { get; } = uniforms;

    /// <summary>Outer iteration.</summary>
    public int Iteration { get; } = iteration;

    /// <summary>Row, particle or draw.</summary>
    public int Slot { get; } = slot;

    /// <summary>Tokens generated so far; the step of the uniforms.</summary>
    public int Step => Tokens.Length - PromptLength;

    /// <summary>The prompt.</summary>
    public ReadOnlySpan<int> Prompt => Tokens[..PromptLength];

    /// <summary>What was generated.</summary>
    public ReadOnlySpan<int> Output => Tokens[PromptLength..];

    /// <summary>The uniform number of this step for one purpose.</summary>
    public double Uniform(string name) => Uniforms.Next(name, Iteration, Slot, Step);
}
