using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Winnow.Decoding.Kernels;

/// <summary>Keeps logits at or above a finite threshold.</summary>
internal readonly record struct AtLeast(float Threshold) : IKeepRule
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Keeps(float logit, int id) => logit >= Threshold;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Keeps(Vector512<float> logits, Vector512<int> ids) =>
        Vector512.GreaterThanOrEqual(logits, Vector512.Create(Threshold)).AsInt32();

    /// <inheritdoc/>
    public bool MayKeepIn(float blockMaximum) => blockMaximum >= Threshold;
}
