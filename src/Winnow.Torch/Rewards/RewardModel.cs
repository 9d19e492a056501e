using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using Winnow.Torch.Models;
using static TorchSharp.torch;

namespace Winnow.Torch.Rewards;

/// <summary>A process reward model: a decoder's trunk with one linear score, the logit that the step ending at a token is right.</summary>
/// <remarks>In the layout of <c>LlamaForTokenClassification</c> with one label. Not thread-safe.</remarks>
public sealed class RewardModel : IDisposable
{
    private readonly Tensor _head;
    private readonly Tensor _headGradients;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    /// <summary>Puts a new head, all zeros, on a trunk, which is not copied and is disposed with this.</summary>
    public RewardModel(LlamaDecoder trunk)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        Trunk = trunk;
        int d = trunk.Shape.Width;
        _head = zeros(d + 1).DetachFromDisposeScope();
        _headGradients = zeros(d + 1).DetachFromDisposeScope();
        _weight = new Parameter(_head.narrow(0, 0, d).view(1, d), requires_grad: true);
        _weight.grad = _headGradients.narrow(0, 0, d).view(1, d);
        _bias = new Parameter(_head.narrow(0, d, 1), requires_grad: true);
        _bias.grad = _headGradients.narrow(0, d, 1);
        _weight.DetachFromDisposeScope();
        _bias.DetachFromDisposeScope();
    }

    /// <summary>The decoder below the head.</summary>
    public LlamaDecoder Trunk { get; }

    /// <summary>Weights and then bias of the head. Shape [d + 1].</summary>
    public Span<float> Head => MemoryMarshal.Cast<byte, float>(_head.bytes);

    /// <summary>Gradients of <see cref="Head"/>.</summary>
    public Span<float> HeadGradients => MemoryMarshal.Cast<byte, float>(_headGradients.bytes);

    /// <summary>Sets all gradients to 0.</summary>
    public void ClearGradients()
    {
        Trunk.ClearGradients();
        HeadGradients.Clear();
    }

    /// <summary>Scores of tokens.</summary>
    /// <param name="tokens">Shape [B, T], int64.</param>
    /// <param name="positions">Shape [n], int64; positions in the flat batch.</param>
    /// <returns>Shape [n]; logits.</returns>
    public Tensor Scores(Tensor tokens, Tensor positions) =>
        nn.functional.linear(Trunk.HiddenStates(tokens).view(-1, Trunk.Shape.Width).index_select(0, positions), _weight, _bias).view(-1);

    /// <summary>The head, copied, for export.</summary>
    public ScoreHead ExportHead()
    {
        float[] head = Head.ToArray();
        return new ScoreHead(head.AsMemory(0, head.Length - 1), head[^1]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
        _head.Dispose();
        _headGradients.Dispose();
        Trunk.Dispose();
    }
}
