using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Winnow.Decoding.Kernels;

/// <summary>
/// The last entry of a prefix in the order (distance of the logit from a centre, larger logit first, lower id first).
/// With the maximum as centre this is the order of probability; with the mean logit it is that of typicality.
/// </summary>
/// <param name="Centre">What distances are measured from.</param>
/// <param name="Distance">|logit − centre| of the last entry kept.</param>
/// <param name="Logit">Its logit.</param>
/// <param name="Id">Its token.</param>
internal readonly record struct Boundary(float Centre, float Distance, float Logit, int Id) : IKeepRule
{
    /// <summary>Keeps every finite logit.</summary>
    public static Boundary Everything(float centre) => new(centre, float.MaxValue, float.MinValue, int.MaxValue);

    /// <summary>The same boundary with everything at its distance kept.</summary>
    public Boundary WithTies() => this with { Logit = float.MinValue, Id = int.MaxValue };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Keeps(float logit, int id)
    {
        float distance = MathF.Abs(logit - Centre);
        return distance < Distance || (distance == Distance && (logit > Logit || (logit == Logit && id <= Id)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Keeps(Vector512<float> logits, Vector512<int> ids)
    {
        Vector512<float> distance = Vector512.Abs(logits - Vector512.Create(Centre));
        Vector512<float> bound = Vector512.Create(Distance);
        Vector512<float> last = Vector512.Create(Logit);
        Vector512<int> tied = Vector512.Equals(distance, bound).AsInt32()
            & (Vector512.GreaterThan(logits, last).AsInt32()
               | (Vector512.Equals(logits, last).AsInt32() & Vector512.LessThanOrEqual(ids, Vector512.Create(Id))));
        return Vector512.LessThan(distance, bound).AsInt32() | tied;
    }

    /// <inheritdoc/>
    public bool MayKeepIn(float blockMaximum) => blockMaximum - Centre >= -Distance;

    /// <summary>Whether this boundary stands at or after another of the same centre.</summary>
    public bool Covers(in Boundary other) => Keeps(other.Logit, other.Id);
}
