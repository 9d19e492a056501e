using System.Runtime.Intrinsics;

namespace Winnow.Decoding.Kernels;

/// <summary>Which candidates a truncation keeps; implemented by small structs so that the pass over them is specialised.</summary>
internal interface IKeepRule
{
    /// <summary>Whether one candidate stays. Never true for −∞.</summary>
    bool Keeps(float logit, int id);

    /// <summary>The same for sixteen: all bits set where the candidate stays.</summary>
    Vector512<int> Keeps(Vector512<float> logits, Vector512<int> ids);

    /// <summary>Whether a block with this maximum can hold anything that stays; only asked where no logit was changed since.</summary>
    bool MayKeepIn(float blockMaximum);
}
