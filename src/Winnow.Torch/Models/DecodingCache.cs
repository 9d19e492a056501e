using TorchSharp;
using static TorchSharp.torch;

namespace Winnow.Torch.Models;

/// <summary>
/// Keys and values of a batch that is decoded together. Prompts of different lengths stand right-aligned, padded
/// on the left; padding is masked and does not count as a position. Lives in the dispose scope it was made in.
/// </summary>
public sealed class DecodingCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly Tensor _padding;
    private readonly int _capacity;
    private Tensor? _mask;
    private int _incoming;

    /// <summary>Makes room for a batch.</summary>
    /// <param name="shape">Sizes of the decoder.</param>
    /// <param name="padding">Shape [B]; left padding of each row, in tokens.</param>
    /// <param name="capacity">Columns, padding included.</param>
    public DecodingCache(DecoderShape shape, IReadOnlyList<int> padding, int capacity)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(padding);
        _capacity = capacity;
        _padding = tensor([.. padding.Select(p => (long)p)], [padding.Count, 1]);
        _keys = new Tensor[shape.Layers];
        _values = new Tensor[shape.Layers];
        for (int i = 0; i < shape.Layers; i++)
        {
            _keys[i] = zeros(padding.Count, shape.Heads, capacity, shape.HeadWidth);
            _values[i] = zeros(padding.Count, shape.Heads, capacity, shape.HeadWidth);
        }
    }

    /// <summary>Columns filled so far.</summary>
    public int Length { get; private set; }

    /// <summary>Announces how many columns the next pass appends.</summary>
    /// <exception cref="InvalidOperationException">There is no room for them.</exception>
    public void Begin(int columns)
    {
        if (Length + columns > _capacity)
        {
            throw new InvalidOperationException($"The cache holds {Length} of {_capacity} columns; {columns} more do not fit.");
        }
        _incoming = columns;
        using Tensor key = Columns(0, Length + columns).view(1, 1, -1);
        using Tensor query = Columns(Length, columns).view(1, -1, 1);
        using Tensor seen = key.le(query).logical_and(key.ge(_padding.view(-1, 1, 1)));
        // A padding query sees itself: a row of the softmax without any key would be undefined.
        using Tensor visible = seen.logical_or(key.eq(query));
        _mask?.Dispose();
        _mask = visible.unsqueeze(1);
    }

    /// <summary>Ends the pass begun by <see cref="Begin"/>.</summary>
    public void End()
    {
        Length += _incoming;
        _incoming = 0;
    }

    internal (Tensor Cos, Tensor Sin) SelectRotations(Tensor cos, Tensor sin)
    {
        Tensor position = Columns(Length, _incoming).view(1, -1).Minus(_padding).relu_();
        long[] size = [_padding.shape[0], _incoming, 1, cos.shape[^1]];
        Tensor flat = position.reshape(-1);
        return (cos.index_select(0, flat).view(size), sin.index_select(0, flat).view(size));
    }

    private static Tensor Columns(int first, int count)
    {
        long[] columns = new long[count];
        for (int i = 0; i < count; i++)
        {
            columns[i] = first + i;
        }
        return tensor(columns);
    }

    internal Tensor Attend(int layer, Tensor query, Tensor key, Tensor value)
    {
        int end = Length + _incoming;
        _keys[layer].narrow(2, Length, _incoming).copy_(key);
        _values[layer].narrow(2, Length, _incoming).copy_(value);
        return nn.functional.scaled_dot_product_attention(query, _keys[layer].narrow(2, 0, end), _values[layer].narrow(2, 0, end), _mask);
    }

    /// <summary>Frees keys and values.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in _keys.Concat(_values))
        {
            tensor.Dispose();
        }
        _padding.Dispose();
        _mask?.Dispose();
    }
}
