namespace Winnow.Inference.Checkpoints.Gguf;

/// <summary>Kind of a metadata value of a GGUF file. The numbers are the format's own.</summary>
public enum GgufValueKind
{
    /// <summary>Unsigned 8-bit integer.</summary>
    U8 = 0,

    /// <summary>Signed 8-bit integer.</summary>
    I8 = 1,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16 = 2,

    /// <summary>Signed 16-bit integer.</summary>
    I16 = 3,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32 = 4,

    /// <summary>Signed 32-bit integer.</summary>
    I32 = 5,

    /// <summary>Single precision.</summary>
    F32 = 6,

    /// <summary>True or false, one byte.</summary>
    Flag = 7,

    /// <summary>UTF-8 text.</summary>
    Text = 8,

    /// <summary>Values of one kind.</summary>
    Array = 9,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64 = 10,

    /// <summary>Signed 64-bit integer.</summary>
    I64 = 11,

    /// <summary>Double precision.</summary>
    F64 = 12,
}
