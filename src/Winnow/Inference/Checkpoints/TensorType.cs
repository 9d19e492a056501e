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

    /// <summary>Blocks of 32: a half-precision scale, 4-bit numbers around 8.</summary>
    Q4_0,

    /// <summary>Blocks of 32: half-precision scale and minimum, 4-bit numbers.</summary>
    Q4_1,

    /// <summary>Blocks of 32: a half-precision scale, 5-bit numbers around 16.</summary>
    Q5_0,

    /// <summary>Blocks of 32: half-precision scale and minimum, 5-bit numbers.</summary>
    Q5_1,

    /// <summary>Blocks of 32: a half-precision scale, signed 8-bit numbers.</summary>
    Q8_0,

    /// <summary>Blocks of 32 signed 8-bit numbers with their sum; for activations, cannot be read.</summary>
    Q8_1,

    /// <summary>Blocks of 256: 16 sub-blocks with 4-bit scales and minima, 2-bit numbers.</summary>
    Q2_K,

    /// <summary>Blocks of 256: 16 sub-blocks with 6-bit scales, 3-bit numbers.</summary>
    Q3_K,

    /// <summary>Blocks of 256: 8 sub-blocks with 6-bit scales and minima, 4-bit numbers.</summary>
    Q4_K,

    /// <summary>Blocks of 256: 8 sub-blocks with 6-bit scales and minima, 5-bit numbers.</summary>
    Q5_K,

    /// <summary>Blocks of 256: 16 sub-blocks with 8-bit scales, 6-bit numbers.</summary>
    Q6_K,

    /// <summary>Blocks of 256 signed 8-bit numbers; for activations, cannot be read.</summary>
    Q8_K,

    /// <summary>Blocks of 256 from a codebook, about 2.06 bits a number; cannot be read.</summary>
    IQ2_XXS,

    /// <summary>Blocks of 256 from a codebook, about 2.31 bits a number; cannot be read.</summary>
    IQ2_XS,

    /// <summary>Blocks of 256 from a codebook, about 2.56 bits a number; cannot be read.</summary>
    IQ2_S,

    /// <summary>Blocks of 256 from a codebook, about 3.06 bits a number; cannot be read.</summary>
    IQ3_XXS,

    /// <summary>Blocks of 256 from a codebook, about 3.44 bits a number; cannot be read.</summary>
    IQ3_S,

    /// <summary>Blocks of 256 from a codebook, about 1.56 bits a number; cannot be read.</summary>
    IQ1_S,

    /// <summary>Blocks of 256 from a codebook, about 1.75 bits a number; cannot be read.</summary>
    IQ1_M,

    /// <summary>Blocks of 32: a half-precision scale, 4-bit places in a table of 16 levels.</summary>
    IQ4_NL,

    /// <summary>Blocks of 256: 8 sub-blocks with 6-bit scales, 4-bit places in a table of 16 levels.</summary>
    IQ4_XS,

    /// <summary>Blocks of 256 numbers from −1, 0, 1, about 1.69 bits a number; cannot be read.</summary>
    TQ1_0,

    /// <summary>Blocks of 256 numbers from −1, 0, 1, about 2.06 bits a number; cannot be read.</summary>
    TQ2_0,

    /// <summary>Blocks of 32: a power of two, 4-bit floating-point numbers.</summary>
    MXFP4,
}
