namespace Winnow.Inference.Kernels;

/// <summary>
/// A weight matrix [outputs][inputs] laid out for the matrix product: panels of 32 outputs, within a panel input by
/// input, so that the inner loop reads weights one after the other.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Outputs of a panel.</summary>
    public const int PanelWidth = 32;

    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer? _bias;

    public PackedMatrix(int outputs, int inputs, bool hasBias)
    {
        Outputs = outputs;
        Inputs = inputs;
        Panels = (outputs + PanelWidth - 1) / PanelWidth;
        _weights = new AlignedBuffer((long)Panels * PanelWidth * inputs);
        _bias = hasBias ? new AlignedBuffer((long)Panels * PanelWidth) : null;
    }

    public int Outputs { get; }

    public int Inputs { get; }

    public int Panels { get; }

    /// <summary>Outputs' biases, padded to whole panels; null where there are none.</summary>
    public float* Bias => _bias is null ? null : _bias.Pointer;

    /// <summary>The weights of a panel, shape [inputs][32].</summary>
    public float* Panel(int panel) => _weights.Pointer + ((long)panel * PanelWidth * Inputs);

    /// <summary>Fills some rows.</summary>
    /// <param name="firstOutput">Output of the first row.</param>
    /// <param name="rows">Shape [rows][inputs].</param>
    public void SetRows(int firstOutput, ReadOnlySpan<float> rows)
    {
        for (int at = 0, output = firstOutput; at < rows.Length; at += Inputs, output++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(output, Outputs);
            float* column = Panel(output / PanelWidth) + (output % PanelWidth);
            ReadOnlySpan<float> row = rows.Slice(at, Inputs);
            for (int k = 0; k < row.Length; k++)
            {
                column[(long)k * PanelWidth] = row[k];
            }
        }
    }

    /// <summary>Fills the biases of some outputs.</summary>
    public void SetBias(int firstOutput, ReadOnlySpan<float> bias) => bias.CopyTo(_bias!.Span(firstOutput, bias.Length));

    /// <summary>Copies one row out.</summary>
    /// <param name="output">Its output.</param>
    /// <param name="row">Shape [inputs].</param>
    public void CopyRow(int output, Span<float> row)
    {
        float* column = Panel(output / PanelWidth) + (output % PanelWidth);
        for (int k = 0; k < Inputs; k++)
        {
            row[k] = column[(long)k * PanelWidth];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        _bias?.Dispose();
    }
}
