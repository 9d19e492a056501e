using Winnow.Inference.Checkpoints;

namespace Winnow.Inference.Conversion;

/// <summary>What a conversion wrote, after it was read back.</summary>
public sealed record ConversionReport
{
    /// <summary>The file or folder.</summary>
    public required string Path { get; init; }

    /// <summary>Tensors that were written.</summary>
    public required int Tensors { get; init; }

    /// <summary>The type that matrices were asked for in.</summary>
    public required TensorType Type { get; init; }

    /// <summary>Size of what was written. Unit: bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Largest difference between a number before and after; 0 where the type holds every number.</summary>
    public required double LargestError { get; init; }

    /// <summary>What could not be carried over, in words.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
