using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Kernels.Panels;

namespace Winnow.Inference.Kernels;

/// <summary>
/// A weight matrix [outputs][inputs] laid out for the matrix product: panels of 32 outputs, within a panel input by
/// input, so that the inner loop reads weights one after the other. Weights stay as they are stored; parts of the
/// outputs may have types of their own.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Outputs of a panel.</summary>
    public const int PanelWidth = 32;

    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer? _bias;
    private readonly Panel[] _panels;
    private readonly Run[] _runs;

    /// <summary>A matrix in single precision.</summary>
    public PackedMatrix(int outputs, int inputs, bool hasBias) : this(inputs, [(TensorType.F32, outputs)], hasBias)
    {
    }

    /// <param name="inputs">Inputs.</param>
    /// <param name="parts">Types and numbers of outputs, one part after the other.</param>
    /// <param name="hasBias">Whether outputs have biases.</param>
    /// <param name="memory">Where it takes its memory from; null for buffers of its own.</param>
    public PackedMatrix(int inputs, ReadOnlySpan<(TensorType Type, int Outputs)> parts, bool hasBias, BufferArena? memory = null)
    {
        Inputs = inputs;
        List<Run> runs = [];
        long bytes = 0;
        foreach ((TensorType type, int outputs) in parts)
        {
            if (runs.Count > 0 && runs[^1].Type == type)
            {
                runs[^1] = runs[^1] with { Outputs = runs[^1].Outputs + outputs };
            }
            else
            {
                runs.Add(new Run(type, Outputs, outputs, 0));
            }
            Outputs += outputs;
        }
        for (int i = 0; i < runs.Count; i++)
        {
            runs[i] = runs[i] with { FirstPanel = Panels };
            int panels = (runs[i].Outputs + PanelWidth - 1) / PanelWidth;
            Panels += panels;
            bytes += panels * PanelLayout.Of(runs[i].Type).PanelBytes(inputs);
        }
        _runs = [.. runs];
        _weights = Take(memory, bytes / sizeof(float));
        _bias = hasBias ? Take(memory, ((long)Outputs + PanelWidth - 1) / PanelWidth * PanelWidth) : null;
        _panels = PlacePanels();
    }

    public int Outputs { get; }

    public int Inputs { get; }

    public int Panels { get; }

    /// <summary>Bytes that weights and biases take.</summary>
    public long Bytes => (_weights.Length + (_bias?.Length ?? 0)) * sizeof(float);

    /// <summary>Outputs' biases, padded to whole panels; null where there are none.</summary>
    public float* Bias => _bias is null ? null : _bias.Pointer;

    /// <summary>Where a panel stands, and what it holds.</summary>
    public ref readonly Panel At(int panel) => ref _panels[panel];

    /// <summary>How the weights of an output are kept.</summary>
    public TensorType TypeOf(int output) => RunOf(output).Type;

    /// <summary>Fills some rows in single precision.</summary>
    /// <param name="firstOutput">Output of the first row.</param>
    /// <param name="rows">Shape [rows][inputs].</param>
    public void SetRows(int firstOutput, ReadOnlySpan<float> rows)
    {
        for (int at = 0, output = firstOutput; at < rows.Length; at += Inputs, output++)
        {
            SetRow(output, MemoryMarshal.AsBytes(rows.Slice(at, Inputs)));
        }
    }

    /// <summary>Fills a row.</summary>
    /// <param name="output">Its output.</param>
    /// <param name="row">Its weights, stored as <see cref="TypeOf"/> says.</param>
    /// <exception cref="NotFiniteNumberException">A weight or a scale in half precision is infinite or no number.</exception>
    public void SetRow(int output, ReadOnlySpan<byte> row)
    {
        Run run = RunOf(output);
        if (row.Length != TensorTypes.Bytes(run.Type, Inputs))
        {
            throw new ArgumentException($"A row of {Inputs} numbers of type {run.Type} takes {TensorTypes.Bytes(run.Type, Inputs)} bytes, not {row.Length}.", nameof(row));
        }
        Panel panel = _panels[PanelOf(run, output)];
        panel.Layout.Pack(row, panel.Weights, output - panel.FirstOutput, Inputs);
    }

    /// <summary>Fills the biases of some outputs.</summary>
    public void SetBias(int firstOutput, ReadOnlySpan<float> bias) => bias.CopyTo(_bias!.Span(firstOutput, bias.Length));

    /// <summary>Copies one row out, widened.</summary>
    /// <param name="output">Its output.</param>
    /// <param name="row">Shape [inputs].</param>
    public void CopyRow(int output, Span<float> row)
    {
        Panel panel = _panels[PanelOf(RunOf(output), output)];
        int lane = output - panel.FirstOutput;
        int column = lane / Lanes128.Count * Lanes128.Count;
        float* tile = stackalloc float[PanelLayout.GroupInputs * PanelWidth];
        for (int first = 0; first < Inputs; first += PanelLayout.GroupInputs)
        {
            int count = Math.Min(PanelLayout.GroupInputs, Inputs - first);
            panel.Layout.Widen<Lanes128>(panel.Weights, first, count, column, tile);
            for (int k = 0; k < count; k++)
            {
                row[first + k] = tile[(k * PanelWidth) + lane - column];
            }
        }
    }

    /// <summary>Appends types, weights and biases to a checksum.</summary>
    public void AppendTo(IncrementalHash hash)
    {
        foreach (Run run in _runs)
        {
            hash.AppendData([(byte)run.Type]);
        }
        _weights.AppendTo(hash);
        _bias?.AppendTo(hash);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        _bias?.Dispose();
    }

    private static AlignedBuffer Take(BufferArena? memory, long length) => memory is null ? new AlignedBuffer(length) : memory.Take(length);

    private static int PanelOf(Run run, int output) => run.FirstPanel + ((output - run.FirstOutput) / PanelWidth);

    private Run RunOf(int output)
    {
        foreach (Run run in _runs)
        {
            if (output >= run.FirstOutput && output - run.FirstOutput < run.Outputs)
            {
                return run;
            }
        }
        throw new ArgumentOutOfRangeException(nameof(output), output, $"The matrix has outputs 0 to {Outputs - 1}.");
    }

    private Panel[] PlacePanels()
    {
        var panels = new Panel[Panels];
        byte* weights = (byte*)_weights.Pointer;
        foreach (Run run in _runs)
        {
            PanelLayout layout = PanelLayout.Of(run.Type);
            for (int first = 0; first < run.Outputs; first += PanelWidth)
            {
                panels[run.FirstPanel + (first / PanelWidth)] =
                    new Panel(layout, weights, run.FirstOutput + first, Math.Min(PanelWidth, run.Outputs - first), run.Type == TensorType.F32);
                weights += layout.PanelBytes(Inputs);
            }
        }
        return panels;
    }

    /// <summary>32 outputs, or the last few of a type; the other lanes hold zeros.</summary>
    public readonly struct Panel(PanelLayout layout, byte* weights, int firstOutput, int outputs, bool isSingle)
    {
        /// <summary>How weights are kept.</summary>
        public PanelLayout Layout { get; } = layout;

        /// <summary>First byte.</summary>
        public byte* Weights { get; } = weights;

        /// <summary>First output.</summary>
        public int FirstOutput { get; } = firstOutput;

        /// <summary>Outputs.</summary>
        public int Outputs { get; } = outputs;

        /// <summary>Whether weights are in single precision, shape [inputs][32].</summary>
        public bool IsSingle { get; } = isSingle;
    }

    private sealed record Run(TensorType Type, int FirstOutput, int Outputs, int FirstPanel);
}
