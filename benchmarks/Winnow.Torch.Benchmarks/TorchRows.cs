using TorchSharp;
using Winnow.Torch.Models;
using static TorchSharp.torch;

namespace Winnow.Torch.Benchmarks;

/// <summary>Rows of a decoder on libtorch that have read one prompt, each with keys and values of its own.</summary>
internal abstract class TorchRows : IDisposable
{
    /// <summary>Logits of the last step, shape [rows][V].</summary>
    public abstract float[] Logits { get; }

    /// <summary>Back to the prompt.</summary>
    public abstract void Restart();

    /// <summary>One token for every row.</summary>
    public abstract void Step(int[] tokens);

    public abstract void Dispose();
}

/// <summary>The decoder that the laboratory trains and samples from, operation by operation.</summary>
internal sealed class EagerRows(LlamaDecoder model, int[] prompt, int rows, int steps) : TorchRows
{
    private DecodingCache? _cache;
    private Tensor? _logits;

    public override float[] Logits => [.. _logits!.data<float>()];

    public override void Restart()
    {
        _cache?.Dispose();
        using IDisposable inference = inference_mode();
        // Made outside the scope, or it would go with it.
        _cache = new DecodingCache(model.Shape, new int[rows], prompt.Length + steps);
        using DisposeScope scope = NewDisposeScope();
        _cache.Begin(prompt.Length);
        _ = model.HiddenStates(tensor([.. Enumerable.Repeat(prompt, rows).SelectMany(p => p).Select(t => (long)t)], [rows, prompt.Length]), _cache);
        _cache.End();
    }

    public override void Step(int[] tokens)
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        _cache!.Begin(1);
        Tensor hidden = model.HiddenStates(tensor([.. tokens.Select(t => (long)t)], [tokens.Length, 1]), _cache);
        _cache.End();
        _logits?.Dispose();
        _logits = model.Logits(hidden).contiguous().DetachFromDisposeScope();
    }

    public override void Dispose()
    {
        _cache?.Dispose();
        _logits?.Dispose();
    }
}
