using CsCheck;
using Winnow.Metrics;
using Winnow.Numerics;

namespace Winnow.Tests.Metrics;

public sealed class DiversityTests
{
    private static readonly Gen<int[]> Tokens = Gen.Int[0, 4].Array[0, 30];

    [Fact]
    public void Distinct_n_counts_different_n_grams_of_all_texts_together() => Gen.Select(Tokens.Array[0, 4], Gen.Int[1, 4]).Sample((texts, n) =>
    {
        var distinct = new DistinctNGrams(n);
        var seen = new List<string>();
        foreach (int[] text in texts)
        {
            distinct.Add(text);
            for (int i = 0; i + n <= text.Length; i++)
            {
                seen.Add(string.Join(' ', text[i..(i + n)]));
            }
        }
        Assert.Equal((seen.Count, seen.Distinct(StringComparer.Ordinal).Count()), ((int)distinct.Total, distinct.Unique));
    });

    [Fact]
    public void Tokens_repeat_in_a_window_where_they_stand_in_it() => Gen.Select(Tokens, Gen.Int[1, 10]).Sample((tokens, window) =>
    {
        int repeated = Enumerable.Range(0, tokens.Length).Count(i => tokens[Math.Max(0, i - window)..i].Contains(tokens[i]));
        Assert.Equal(tokens.Length == 0 ? 0 : (double)repeated / tokens.Length, Repetition.InWindow(tokens, window), 1e-12);
    });

    [Fact]
    public void Adjusted_distinctness_does_not_fall_with_the_number_of_tokens()
    {
        var uniforms = new HashedUniforms(7);
        foreach (int length in (int[])[200, 2000, 20_000])
        {
            var distinct = new DistinctNGrams(1);
            distinct.Add([.. Enumerable.Range(0, length).Select(i => (int)(1000 * uniforms.Next("token", length, i, 0)))]);
            Assert.InRange(distinct.ExpectationAdjusted(1000), 0.9, 1.1);
        }
    }

    [Fact]
    public void Mauve_is_symmetric_and_falls_as_mass_moves_away()
    {
        double previous = 1;
        for (int moved = 0; moved <= 50; moved += 10)
        {
            double[] q = [50 - moved, 50 + moved];
            MauveScore score = MauveScore.OfHistograms([50, 50], q);
            Assert.Equal(score.Mauve, MauveScore.OfHistograms(q, [50, 50]).Mauve, 1e-9);
            Assert.True(moved == 0 ? score.Mauve > 1 - 1e-9 : score.Mauve < previous);
            previous = score.Mauve;
        }
    }

    [Fact]
    public void A_common_subsequence_marks_as_many_tokens_as_it_is_long() => Gen.Select(Tokens, Tokens).Sample((a, b) =>
    {
        var marks = new bool[a.Length];
        LongestCommonSubsequence.Mark(a, b, marks);
        int length = LongestCommonSubsequence.Length(a, b);
        Assert.Equal(length, marks.Count(m => m));
        Assert.Equal(length, LongestCommonSubsequence.Length(b, a));
    });

    [Fact]
    public void A_subsequence_is_as_long_in_one_word_as_in_a_table() =>
        Gen.Select(Gen.Int[0, 3].Array[56, 72], Gen.Int[0, 3].Array[0, 80]).Sample((a, b) =>
        {
            var marks = new bool[a.Length];
            LongestCommonSubsequence.Mark(a, b, marks);
            Assert.Equal(marks.Count(m => m), LongestCommonSubsequence.Length(a, b));
        }, iter: 300);

    [Fact]
    public void The_best_of_several_references_counts() =>
        Assert.Equal(1, Rouge.Best(["nothing alike", "the cat sat"], r => new Rouge().NGrams(r, "the cat sat", 1)).F1, 1e-12);

    [Fact]
    public void Equal_seeds_give_equal_percentiles()
    {
        double[][] scores = [[0.1, 0.9], [0.5, 0.2], [0.7, 0.4], [0.3, 0.8]];
        BootstrapPercentiles a = BootstrapPercentiles.Of(scores, new HashedUniforms(3));
        BootstrapPercentiles b = BootstrapPercentiles.Of(scores, new HashedUniforms(3));
        Assert.Equal(a.Low, b.Low);
        Assert.True(a.Low[0] < a.Mid[0] && a.Mid[0] < a.High[0]);
        Assert.InRange(a.Mid[0], 0.35, 0.45);
    }

    [Fact]
    public void Perplexity_refuses_what_is_no_log_probability()
    {
        Assert.Throws<ArgumentException>(() => Perplexity.Of([]));
        Assert.Throws<ArgumentException>(() => Perplexity.Of([-1, 0.1]));
        Assert.Throws<ArgumentException>(() => Perplexity.Of([double.NaN]));
        Assert.Equal(2, Perplexity.Of([-Math.Log(4), -Math.Log(4)]).BitsPerByte(2), 1e-12);
    }
}
