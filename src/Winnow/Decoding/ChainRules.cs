using Winnow.Decoding.Stages;

namespace Winnow.Decoding;

/// <summary>Refuses chains in which a stage can never act: a setting that does nothing is a mistake, not a detail.</summary>
internal static class ChainRules
{
    public static void Check(ReadOnlySpan<SamplerStage> stages)
    {
        for (int i = 1; i < stages.Length; i++)
        {
            bool isUnchanged = true;
            for (int j = i - 1; j >= 0; j--)
            {
                if (ReasonNotToAct(stages[j], stages[i], isUnchanged) is { } reason)
                {
                    throw new ArgumentException($"The stage \"{stages[i]}\" can never act where it stands: {reason}. Remove it, or put it before \"{stages[j]}\".");
                }
                isUnchanged &= !stages[j].ChangesLogits;
            }
        }
    }

    private static string? ReasonNotToAct(SamplerStage earlier, SamplerStage stage, bool isUnchangedBetween)
    {
        if (stage is Sanitize)
        {
            return stage.CannotActAfter(earlier);
        }
        if (earlier is AdaptiveP)
        {
            return "adaptive-p replaces the logits and must be last";
        }
        // A forced or allowed token can still follow: it may put another token in place of the one that was left.
        if (earlier.MostKept == 1 && stage is not (ForcedFirstToken or ForcedLastToken))
        {
            return $"\"{earlier}\" leaves one token only";
        }
        if (stage is TopK top && earlier.MostKept <= top.MostKept)
        {
            return $"\"{earlier}\" leaves no more than {earlier.MostKept} tokens";
        }
        return isUnchangedBetween ? stage.CannotActAfter(earlier) : null;
    }
}
