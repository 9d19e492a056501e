using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Kernels;
using Winnow.Inference.Kernels.Panels;

namespace Winnow.Benchmarks.Inference;

/// <summary>Numbers a nanosecond that each stored type is widened at, from the nearest cache on one thread: the best of many short runs, which a busy machine falsifies least.</summary>
internal static unsafe class PanelSpeed
{
    private const int Inputs = 512;
    private const int RunsOfType = 2000;

    private static readonly TensorType[] Types =
    [
        TensorType.F16, TensorType.BF16, TensorType.Q8_0, TensorType.Q4_0, TensorType.Q4_1, TensorType.Q5_0, TensorType.Q5_1,
        TensorType.Q2_K, TensorType.Q3_K, TensorType.Q4_K, TensorType.Q5_K, TensorType.Q6_K,
    ];

    public static void Run()
    {
        foreach (TensorType type in Types)
        {
            double best = Vector512.IsHardwareAccelerated ? Best<Lanes512>(type, 16) : Vector256.IsHardwareAccelerated ? Best<Lanes256>(type, 8) : Best<Lanes128>(type, 4);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type,-5} {best:F2} numbers a nanosecond"));
        }
    }

    private static double Best<TLanes>(TensorType type, int lanes)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        using PackedMatrix matrix = new(Inputs, [(type, PackedMatrix.PanelWidth)], hasBias: false);
        byte[] row = new byte[TensorTypes.Bytes(type, Inputs)];
        for (int output = 0; output < PackedMatrix.PanelWidth; output++)
        {
            matrix.SetRow(output, row);
        }
        PackedMatrix.Panel panel = matrix.At(0);
        using AlignedBuffer tile = new((long)PanelLayout.GroupInputs * PackedMatrix.PanelWidth);
        long best = long.MaxValue;
        for (int run = 0; run < RunsOfType; run++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int first = 0; first < Inputs; first += PanelLayout.GroupInputs)
            {
                for (int column = 0; column < PackedMatrix.PanelWidth; column += lanes)
                {
                    panel.Layout.Widen<TLanes>(panel.Weights, first, PanelLayout.GroupInputs, column, tile.Pointer);
                }
            }
            best = Math.Min(best, Stopwatch.GetTimestamp() - start);
        }
        return Inputs * PackedMatrix.PanelWidth / (best * 1e9 / Stopwatch.Frequency);
    }
}
