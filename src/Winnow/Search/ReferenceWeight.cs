namespace Winnow.Search;

/// <summary>By what a reference is weighed while particle Gibbs replays it.</summary>
public enum ReferenceWeight
{
    /// <summary>After step t by the score of its own first t steps: what leaves the target as it is.</summary>
    OwnStep,

    /// <summary>By the score of the whole reference at every step, as in the its_hub library 1.2.0. For absolute odds; leaves no target as it is.</summary>
    Final,
}
