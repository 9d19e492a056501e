namespace Winnow.Inference.Checkpoints;

/// <summary>How the numbers of a stored tensor are written.</summary>
public enum TensorType
{
    /// <summary>Truth values, one byte each.</summary>
    Bool,

    /// <summary>Unsigned 8-bit integers.</summary>
    U8,

    /// <summary>Signed 8-bit integers.</summary>
    I8,

    /// <summary>Unsigned 16-bit integers.</summary>
    U16,

    /// <summary>Signed 16-bit integers.</summary>
    I16,

    /// <summary>Half precision, IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of single precision.</summary>
    BF16,

    /// <summary>Unsigned 32-bit integers.</summary>
    U32,

    /// <summary>Signed 32-bit integers.</summary>
    I32,

    /// <summary>Single precision, IEEE 754 binary32.</summary>
    F32,

    /// <summary>Unsigned 64-bit integers.</summary>
    U64,

    /// <summary>Signed 64-bit integers.</summary>
    I64,

    /// <summary>Double precision, IEEE 754 binary64.</summary>
    F64,
}
