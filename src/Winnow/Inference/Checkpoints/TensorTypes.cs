using System.Collections.Frozen;

namespace Winnow.Inference.Checkpoints;

/// <summary>How many bytes the numbers of a type take: they are stored in blocks, most often of one number.</summary>
/// <param name="Numbers">Numbers of a block.</param>
/// <param name="Bytes">Bytes of a block.</param>
public readonly record struct BlockLayout(int Numbers, int Bytes);

/// <summary>What is known about the types of stored numbers.</summary>
/// <remarks>Source: the ggml and safetensors format descriptions.</remarks>
public static class TensorTypes
{
    private static readonly FrozenDictionary<TensorType, (BlockLayout Layout, int GgufId)> Known =
        new Dictionary<TensorType, (BlockLayout, int)>
        {
            [TensorType.Bool] = (new(1, 1), -1),
            [TensorType.U8] = (new(1, 1), -1),
            [TensorType.I8] = (new(1, 1), 24),
            [TensorType.U16] = (new(1, 2), -1),
            [TensorType.I16] = (new(1, 2), 25),
            [TensorType.F16] = (new(1, 2), 1),
            [TensorType.BF16] = (new(1, 2), 30),
            [TensorType.U32] = (new(1, 4), -1),
            [TensorType.I32] = (new(1, 4), 26),
            [TensorType.F32] = (new(1, 4), 0),
            [TensorType.U64] = (new(1, 8), -1),
            [TensorType.I64] = (new(1, 8), 27),
            [TensorType.F64] = (new(1, 8), 28),
            [TensorType.Q4_0] = (new(32, 18), 2),
            [TensorType.Q4_1] = (new(32, 20), 3),
            [TensorType.Q5_0] = (new(32, 22), 6),
            [TensorType.Q5_1] = (new(32, 24), 7),
            [TensorType.Q8_0] = (new(32, 34), 8),
            [TensorType.Q8_1] = (new(32, 36), 9),
            [TensorType.Q2_K] = (new(256, 84), 10),
            [TensorType.Q3_K] = (new(256, 110), 11),
            [TensorType.Q4_K] = (new(256, 144), 12),
            [TensorType.Q5_K] = (new(256, 176), 13),
            [TensorType.Q6_K] = (new(256, 210), 14),
            [TensorType.Q8_K] = (new(256, 292), 15),
            [TensorType.IQ2_XXS] = (new(256, 66), 16),
            [TensorType.IQ2_XS] = (new(256, 74), 17),
            [TensorType.IQ3_XXS] = (new(256, 98), 18),
            [TensorType.IQ1_S] = (new(256, 50), 19),
            [TensorType.IQ4_NL] = (new(32, 18), 20),
            [TensorType.IQ3_S] = (new(256, 110), 21),
            [TensorType.IQ2_S] = (new(256, 82), 22),
            [TensorType.IQ4_XS] = (new(256, 136), 23),
            [TensorType.IQ1_M] = (new(256, 56), 29),
            [TensorType.TQ1_0] = (new(256, 54), 34),
            [TensorType.TQ2_0] = (new(256, 66), 35),
            [TensorType.MXFP4] = (new(32, 17), 39),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, TensorType> ByGgufId =
        Known.Where(type => type.Value.GgufId >= 0).ToFrozenDictionary(type => type.Value.GgufId, type => type.Key);

    /// <summary>The block of a type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public static BlockLayout Layout(TensorType type) => Known.TryGetValue(type, out (BlockLayout Layout, int) known)
        ? known.Layout
        : throw new ArgumentOutOfRangeException(nameof(type), type, "No such type of numbers.");

    /// <summary>Bytes that numbers of a type take.</summary>
    /// <param name="type">The type.</param>
    /// <param name="count">How many; whole blocks of them.</param>
    /// <exception cref="ArgumentException">The numbers do not fill whole blocks.</exception>
    public static long Bytes(TensorType type, long count)
    {
        BlockLayout layout = Layout(type);
        return count % layout.Numbers == 0
            ? checked(count / layout.Numbers * layout.Bytes)
            : throw new ArgumentException($"{NameOf(type)} is stored in blocks of {layout.Numbers}; {count} numbers do not fill whole ones.", nameof(count));
    }

    /// <summary>The type's name in files and messages.</summary>
    public static string NameOf(TensorType type) => type == TensorType.Bool ? "BOOL" : type.ToString();

    /// <summary>The type's number in GGUF files; −1 where they have none.</summary>
    internal static int GgufId(TensorType type) => Known[type].GgufId;

    /// <summary>The type of a number in GGUF files.</summary>
    internal static bool TryGguf(uint id, out TensorType type)
    {
        type = default;
        return id <= int.MaxValue && ByGgufId.TryGetValue((int)id, out type);
    }
}
