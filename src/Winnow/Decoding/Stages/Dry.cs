using System.Collections.Immutable;

namespace Winnow.Decoding.Stages;

/// <summary>"Don't repeat yourself": lowers tokens that would extend a repetition of the row's end, exponentially in its length.</summary>
/// <param name="Multiplier">Scale of the penalty; at least 0; 0 turns the stage off. Usual: 0.8.</param>
/// <remarks>
/// Source: p-e-w, text-generation-webui pull request 5677 (2024); the linear-time form after koboldcpp pull request 982.
/// A token that followed an earlier occurrence of the last L tokens, L ≥ AllowedLength, loses
/// Multiplier·Base^(L − AllowedLength). No match reaches over a sequence breaker. Cost: O(window).
/// </remarks>
public sealed record Dry(double Multiplier) : SamplerStage
{
    // exp of more than this overflows a float.
    private const double LargestLog = 88.7228391;

    /// <summary>Scale of the penalty.</summary>
    public double Multiplier { get; } = Limits.Within(Multiplier, 0, float.MaxValue, "0 turns it off.");

    /// <summary>Growth with each repeated token; at least 1; default 1.75.</summary>
    public double Base { get; init => field = Limits.Within(value, 1, float.MaxValue, "1.75 is usual."); } = 1.75;

    /// <summary>Longest repetition that is free of penalty, plus one; at least 1; default 2.</summary>
    public int AllowedLength { get; init => field = Limits.AtLeast(value, 1, "2 is usual."); } = 2;

    /// <summary>Tokens looked at, from the end; negative means all, the default.</summary>
    public int LastN { get; init; } = -1;

    /// <summary>Token sequences over which no repetition reaches, for example those of line break, colon, quote, asterisk.</summary>
    public ImmutableArray<ImmutableArray<int>> Breakers { get; init; } = [];

    /// <inheritdoc/>
    public override string Name => "dry";

    /// <inheritdoc/>
    public override bool IsNeutral => Multiplier <= 0 || LastN == 0;

    /// <inheritdoc/>
    public override bool ChangesLogits => true;

    /// <inheritdoc/>
    protected override string Settings =>
        StageText.Join(StageText.Of(Multiplier), ("base", Base, 1.75), ("allowed", AllowedLength, 2), ("last", LastN, -1))
        + string.Concat(Breakers.Select(b => ":breaker=" + StageText.Of(b)));

    /// <inheritdoc/>
    public override void Apply(ref Candidates candidates, in StepContext context, IStageState? state)
    {
        ReadOnlySpan<int> window = TokenWindow.Of(context, PenaltyScope.Both, LastN);
        if (IsNeutral || window.Length <= AllowedLength)
        {
            return;
        }
        int limit = TokensAfterBreaker(window);
        if (limit < AllowedLength)
        {
            return;
        }
        Span<int> lengths = candidates.Workspace.Members(window.Length);
        SuffixMatches(window, limit, lengths);
        Span<int> longest = candidates.Workspace.ZeroCounts(candidates.VocabularySize);
        for (int back = 1; back < window.Length; back++)
        {
            int follower = window[^back];
            if (lengths[back] >= AllowedLength && (uint)follower < (uint)longest.Length)
            {
                longest[follower] = Math.Max(longest[follower], lengths[back]);
            }
        }
        double mostExponent = Base > 1.000001 ? LargestLog / Math.Log(Base) : double.MaxValue;
        Span<float> logits = candidates.Edit();
        foreach (int token in window)
        {
            int length = TokenWindow.Take(longest, token);
            if (length > 0 && !IsBreaker(token) && candidates.IndexOf(token) is >= 0 and var i)
            {
                logits[i] -= (float)(Multiplier * Math.Pow(Base, Math.Min(length - AllowedLength, mostExponent)));
            }
        }
    }

    /// <summary>The longest common suffix of the window and of the window without its last tokens, by how many are left out.</summary>
    /// <param name="window">Shape [n].</param>
    /// <param name="limit">Lengths are cut to this.</param>
    /// <param name="lengths">Shape [n]; entry j ≥ 1 is for the last j tokens left out.</param>
    /// <remarks>The Z algorithm on the reversed window: O(n).</remarks>
    internal static void SuffixMatches(ReadOnlySpan<int> window, int limit, Span<int> lengths)
    {
        int n = window.Length;
        int left = 0, right = 0;
        lengths[0] = n;
        for (int j = 1; j < n; j++)
        {
            int length = j < right ? Math.Min(right - j, lengths[j - left]) : 0;
            while (j + length < n && window[n - 1 - length] == window[n - 1 - j - length])
            {
                length++;
            }
            lengths[j] = length;
            if (j + length > right)
            {
                (left, right) = (j, j + length);
            }
        }
        for (int j = 0; j < n; j++)
        {
            lengths[j] = Math.Min(lengths[j], limit);
        }
    }

    /// <inheritdoc/>
    public bool Equals(Dry? other) => other is not null && string.Equals(Settings, other.Settings, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Settings.GetHashCode(StringComparison.Ordinal);

    private int TokensAfterBreaker(ReadOnlySpan<int> window)
    {
        for (int back = 0; back < window.Length; back++)
        {
            int longest = 0;
            foreach (ImmutableArray<int> breaker in Breakers)
            {
                if (breaker.Length > longest && breaker.Length <= back + 1
                    && window.Slice(window.Length - 1 - back, breaker.Length).SequenceEqual(breaker.AsSpan()))
                {
                    longest = breaker.Length;
                }
            }
            if (longest > 0)
            {
                return back + 1 - longest;
            }
        }
        return window.Length;
    }

    private bool IsBreaker(int token)
    {
        foreach (ImmutableArray<int> breaker in Breakers)
        {
            if (breaker.Length == 1 && breaker[0] == token)
            {
                return true;
            }
        }
        return false;
    }
}
