namespace Winnow.Decoding.Stages;

/// <summary>Which tokens of the row a penalty looks at.</summary>
public enum PenaltyScope
{
    /// <summary>Prompt and output.</summary>
    Both,

    /// <summary>The prompt alone.</summary>
    Prompt,

    /// <summary>The output alone.</summary>
    Output,
}

/// <summary>The tokens that a penalty counts.</summary>
internal static class TokenWindow
{
    /// <summary>The last tokens of a scope.</summary>
    /// <param name="context">The row.</param>
    /// <param name="scope">Prompt, output or both.</param>
    /// <param name="lastN">Tokens at most; negative means all.</param>
    public static ReadOnlySpan<int> Of(in StepContext context, PenaltyScope scope, int lastN)
    {
        ReadOnlySpan<int> tokens = scope switch
        {
            PenaltyScope.Prompt => context.Prompt,
            PenaltyScope.Output => context.Output,
            _ => context.Tokens,
        };
        return lastN < 0 || lastN >= tokens.Length ? tokens : tokens[^lastN..];
    }

    /// <summary>Counts tokens; the caller clears them again with <see cref="Clear"/>.</summary>
    public static Span<int> Count(ReadOnlySpan<int> window, int vocabularySize, SamplerWorkspace workspace)
    {
        Span<int> counts = workspace.ZeroCounts(vocabularySize);
        foreach (int token in window)
        {
            if ((uint)token < (uint)counts.Length)
            {
                counts[token]++;
            }
        }
        return counts;
    }

    /// <summary>Leaves the counts zero.</summary>
    public static void Clear(ReadOnlySpan<int> window, Span<int> counts)
    {
        foreach (int token in window)
        {
            if ((uint)token < (uint)counts.Length)
            {
                counts[token] = 0;
            }
        }
    }

    /// <summary>Takes a token's count and leaves zero, so that each distinct token of a window is met once.</summary>
    public static int Take(Span<int> counts, int token)
    {
        if ((uint)token >= (uint)counts.Length)
        {
            return 0;
        }
        int count = counts[token];
        counts[token] = 0;
        return count;
    }
}
