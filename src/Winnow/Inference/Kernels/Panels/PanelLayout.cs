using System.Collections.Frozen;
using Winnow.Inference.Checkpoints;

namespace Winnow.Inference.Kernels.Panels;

/// <summary>
/// How a panel of 32 outputs keeps weights of one type: as many bits a weight as in the file, ordered so that
/// neighbouring outputs stand in neighbouring lanes, to be widened to single precision some inputs at a time.
/// </summary>
internal abstract unsafe class PanelLayout
{
    /// <summary>Outputs of a panel.</summary>
    public const int Width = PackedMatrix.PanelWidth;

    /// <summary>Inputs that share scales, at most: <see cref="Widen{TLanes}"/> starts at their multiples.</summary>
    public const int GroupInputs = 32;

    private static readonly FrozenDictionary<TensorType, PanelLayout> Known = new Dictionary<TensorType, PanelLayout>
    {
        [TensorType.F32] = new PanelLayout<SinglePanels>(),
        [TensorType.F16] = new PanelLayout<HalfPanels>(),
        [TensorType.BF16] = new PanelLayout<BrainPanels>(),
        [TensorType.Q8_0] = new PanelLayout<BytePanels>(),
        [TensorType.Q4_0] = new PanelLayout<Nibble0Panels>(),
        [TensorType.Q4_1] = new PanelLayout<Nibble1Panels>(),
        [TensorType.Q5_0] = new PanelLayout<Five0Panels>(),
        [TensorType.Q5_1] = new PanelLayout<Five1Panels>(),
        [TensorType.Q2_K] = new PanelLayout<Super2Panels>(),
        [TensorType.Q3_K] = new PanelLayout<Super3Panels>(),
        [TensorType.Q4_K] = new PanelLayout<Super4Panels>(),
        [TensorType.Q5_K] = new PanelLayout<Super5Panels>(),
        [TensorType.Q6_K] = new PanelLayout<Super6Panels>(),
    }.ToFrozenDictionary();

    /// <summary>Whether weights of a type are kept as they are.</summary>
    public static bool Keeps(TensorType type) => Known.ContainsKey(type);

    /// <summary>The layout of a type.</summary>
    public static PanelLayout Of(TensorType type) => Known[type];

    /// <summary>Bytes of a panel; a multiple of 64.</summary>
    public abstract long PanelBytes(int inputs);

    /// <summary>Puts one output's row into its lane.</summary>
    /// <param name="row">The row as it is stored.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="lane">The output within the panel.</param>
    /// <param name="inputs">Inputs.</param>
    public abstract void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs);

    /// <summary>Widens some inputs of some lanes.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="first">First input; a multiple of <see cref="GroupInputs"/>.</param>
    /// <param name="count">Inputs.</param>
    /// <param name="column">First lane; as many as the registers hold.</param>
    /// <param name="tile">Receives shape [count][32], of which the lanes are the first.</param>
    public void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (typeof(TLanes) == typeof(Lanes512))
        {
            Widen512(panel, first, count, column, tile);
        }
        else if (typeof(TLanes) == typeof(Lanes256))
        {
            Widen256(panel, first, count, column, tile);
        }
        else
        {
            Widen128(panel, first, count, column, tile);
        }
    }

    /// <summary>Whether <see cref="Dot{TLanes}"/> may be called.</summary>
    public abstract bool HasDot { get; }

    /// <summary>Adds the products of a few rows with two registers of lanes, all inputs in their order, without a tile between.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="inputs">Inputs.</param>
    /// <param name="column">First lane; twice as many as a register holds.</param>
    /// <param name="x">Shape [rows][stride]; the first inputs of each row count.</param>
    /// <param name="stride">Numbers from one row of x to the next.</param>
    /// <param name="rows">Rows; 1 … 8.</param>
    /// <param name="sums">Shape [rows][32], as many in each as there are lanes; added to.</param>
    public void Dot<TLanes>(byte* panel, int inputs, int column, float* x, int stride, int rows, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (typeof(TLanes) == typeof(Lanes512))
        {
            Dot512(panel, inputs, column, x, stride, rows, sums);
        }
        else if (typeof(TLanes) == typeof(Lanes256))
        {
            Dot256(panel, inputs, column, x, stride, rows, sums);
        }
        else
        {
            Dot128(panel, inputs, column, x, stride, rows, sums);
        }
    }

    // A generic virtual method would be looked up by name at every call.
    protected abstract void Widen512(byte* panel, int first, int count, int column, float* tile);

    protected abstract void Widen256(byte* panel, int first, int count, int column, float* tile);

    protected abstract void Widen128(byte* panel, int first, int count, int column, float* tile);

    protected abstract void Dot512(byte* panel, int inputs, int column, float* x, int stride, int rows, float* sums);

    protected abstract void Dot256(byte* panel, int inputs, int column, float* x, int stride, int rows, float* sums);

    protected abstract void Dot128(byte* panel, int inputs, int column, float* x, int stride, int rows, float* sums);
}

/// <summary>One type's way of keeping a panel.</summary>
internal unsafe interface IPanelFormat
{
    static abstract long PanelBytes(int inputs);

    static abstract void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs);

    static abstract void Widen<TLanes>(byte* panel, int first, int count, int column, float* tile)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Whether the type has a product of its own for a few rows.</summary>
    static virtual bool HasDot => false;

    static virtual void Dot<TLanes, TRows>(byte* panel, int inputs, int column, float* x, int stride, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : struct, ITileRows => throw new InvalidOperationException("The type has no product of its own for a few rows.");
}

/// <inheritdoc/>
/// <typeparam name="TFormat">The type's way.</typeparam>
internal sealed unsafe class PanelLayout<TFormat> : PanelLayout
    where TFormat : struct, IPanelFormat
{
    public override long PanelBytes(int inputs) => (TFormat.PanelBytes(inputs) + 63) / 64 * 64;

    public override void Pack(ReadOnlySpan<byte> row, byte* panel, int lane, int inputs) => TFormat.Pack(row, panel, lane, inputs);

    protected override void Widen512(byte* panel, int first, int count, int column, float* tile) => TFormat.Widen<Lanes512>(panel, first, count, column, tile);

    protected override void Widen256(byte* panel, int first, int count, int column, float* tile) => TFormat.Widen<Lanes256>(panel, first, count, column, tile);

    protected override void Widen128(byte* panel, int first, int count, int column, float* tile) => TFormat.Widen<Lanes128>(panel, first, count, column, tile);

    public override bool HasDot => TFormat.HasDot;

    protected override void Dot512(byte* panel, int inputs, int column, float* x, int stride, int rows, float* sums) => DotOf<Lanes512>(panel, inputs, column, x, stride, rows, sums);

    protected override void Dot256(byte* panel, int inputs, int column, float* x, int stride, int rows, float* sums) => DotOf<Lanes256>(panel, inputs, column, x, stride, rows, sums);

    protected override void Dot128(byte* panel, int inputs, int column, float* x, int stride, int rows, float* sums) => DotOf<Lanes128>(panel, inputs, column, x, stride, rows, sums);

    private static void DotOf<TLanes>(byte* panel, int inputs, int column, float* x, int stride, int rows, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        switch (rows)
        {
            case 1: TFormat.Dot<TLanes, One>(panel, inputs, column, x, stride, sums); break;
            case 2: TFormat.Dot<TLanes, Two>(panel, inputs, column, x, stride, sums); break;
            case 3: TFormat.Dot<TLanes, Three>(panel, inputs, column, x, stride, sums); break;
            case 4: TFormat.Dot<TLanes, Four>(panel, inputs, column, x, stride, sums); break;
            case 5: TFormat.Dot<TLanes, Five>(panel, inputs, column, x, stride, sums); break;
            case 6: TFormat.Dot<TLanes, Six>(panel, inputs, column, x, stride, sums); break;
            case 7: TFormat.Dot<TLanes, Seven>(panel, inputs, column, x, stride, sums); break;
            default: TFormat.Dot<TLanes, Eight>(panel, inputs, column, x, stride, sums); break;
        }
    }
}
