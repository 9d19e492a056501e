namespace Winnow.Inference;

/// <summary>How weights are kept in memory. Results are bitwise the same either way: kernels widen exactly.</summary>
public enum WeightStorage
{
    /// <summary>Single precision where the whole model is small (up to 32 MB of it), as stored otherwise.</summary>
    Automatic,

    /// <summary>As they are stored, widened during the product: half precision, bfloat16 and block formats of 32 or 256 numbers.</summary>
    AsStored,

    /// <summary>Single precision: fastest for many rows, most memory.</summary>
    SinglePrecision,
}
