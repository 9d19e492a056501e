using CsCheck;
using Winnow.Metrics;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Tests.Metrics;

public sealed class OverlapTests
{
    private static readonly Gen<string> Text = Gen.Int[0, 5].Array[0, 12].Select(words => string.Join(' ', words.Select(w => $"w{w}")));

    [Fact]
    public void The_draw_that_agrees_most_with_the_others_has_the_least_risk()
    {
        string[] texts = ["it rains today", "it rained today", "it rains today now", "he sold the car"];
        double Utility(string text, string right) => new Chrf().Sentence(text, right);
        double[] utilities = MinimumBayesRisk.Utilities(texts, Utility, TestContext.Current.CancellationToken);
        Assert.InRange(MinimumBayesRisk.Choose(texts, Utility, TestContext.Current.CancellationToken), 0, 2);
        Assert.Equal(Array.IndexOf(utilities, utilities.Max()), MinimumBayesRisk.Choose(texts, Utility, TestContext.Current.CancellationToken));
        Assert.Equal(3, Array.IndexOf(utilities, utilities.Min()));
        Assert.Equal(texts.Average(other => Utility(texts[1], other)), utilities[1], 1e-9);
        Assert.Equal(3, MinimumBayesRisk.Choose([.. texts, texts[3], texts[3], texts[3]], Utility, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => MinimumBayesRisk.Choose([], Utility, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_text_against_itself_scores_full_marks()
    {
        const string text = "The cat, which was 3.5 years old, sat on the mat.";
        Assert.Equal(100, new Bleu().Corpus([text], [[text]]).Score, 1e-9);
        Assert.Equal(100, new Chrf(new ChrfOptions { WordOrder = 2 }).Sentence(text, text), 1e-9);
        Assert.Equal(0, new Ter().Sentence(text, text).Score);
        Assert.Equal(1, new Rouge().Longest(text, text).F1, 1e-12);
    }

    [Fact]
    public void Signatures_name_what_a_score_depends_on()
    {
        Assert.StartsWith("nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:winnow-", new Bleu().Signature(2), StringComparison.Ordinal);
        Assert.Contains("|smooth:floor[0.10]|", new Bleu(new BleuOptions { Smoothing = BleuSmoothing.Floor }).Signature(), StringComparison.Ordinal);
        Assert.StartsWith("nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|", new Chrf(new ChrfOptions { WordOrder = 2 }).Signature(), StringComparison.Ordinal);
        Assert.StartsWith("nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|", new Ter().Signature(), StringComparison.Ordinal);
        Assert.Contains("|match:exact+stem|", new Meteor().Signature(), StringComparison.Ordinal);
    }

    [Fact]
    public void Clipped_matches_equal_those_counted_in_dictionaries() => Gen.Select(Text, Text.Array[1, 3]).Sample((hypothesis, references) =>
    {
        BleuStatistics counts = new Bleu(new BleuOptions { Tokenizer = WhitespaceTokenizer.Instance })
            .Count([hypothesis], [.. references.Select(r => (IReadOnlyList<string>)[r])]);
        for (int n = 1; n <= 4; n++)
        {
            Dictionary<string, int> own = NGrams(hypothesis, n);
            Dictionary<string, int>[] theirs = [.. references.Select(r => NGrams(r, n))];
            Assert.Equal(own.Sum(g => Math.Min(g.Value, theirs.Max(t => t.GetValueOrDefault(g.Key)))), counts.Matches[n - 1]);
            Assert.Equal(own.Values.Sum(), counts.Totals[n - 1]);
        }
    });

    [Fact]
    public void Self_bleu_equals_scoring_each_text_against_all_others() => Text.Array[2, 6].Sample(texts =>
    {
        var options = new BleuOptions { EffectiveOrder = true };
        SelfBleu score = SelfBleu.Of(texts, options);
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.Equal(new Bleu(options).Sentence(texts[i], [.. texts.Where((_, k) => k != i)]).Score, score.PerItem[i], 1e-9);
        }
        Assert.Equal(score.PerItem.Average(), score.Mean, 1e-9);
    });

    [Fact]
    public void The_best_reference_of_a_segment_decides_in_chrf() => Gen.Select(Text, Text, Text).Sample((hypothesis, a, b) =>
    {
        var chrf = new Chrf();
        Assert.Equal(Math.Max(chrf.Sentence(hypothesis, a), chrf.Sentence(hypothesis, b)), chrf.Sentence(hypothesis, a, b), 1e-9);
    });

    [Fact]
    public void Moving_a_block_of_words_is_one_edit() =>
        Assert.Equal(1, new Ter().Sentence("d e f g a b c", "a b c d e f g").Edits);

    [Fact]
    public void Edits_lie_between_the_difference_in_length_and_the_plain_distance() => Gen.Select(Text, Text).Sample((a, b) =>
    {
        (string[] x, string[] y) = (WhitespaceTokenizer.Instance.Tokenize(a), WhitespaceTokenizer.Instance.Tokenize(b));
        Assert.InRange(new Ter().Sentence(a, b).Edits, Math.Abs(x.Length - y.Length), Levenshtein(x, y));
    });

    [Fact]
    public void Streams_of_other_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Bleu().Corpus(["a", "b"], [["a"]]));
        Assert.Throws<ArgumentException>(() => new Chrf().Corpus(["a"], []));
        Assert.Throws<ArgumentException>(() => TextTokenizer.Named("14a"));
    }

    [Fact]
    public void Tokenizers_keep_every_character_but_white_space_of_plain_text() => Gen.String[Gen.Char[" ab19.,-!?'()é中…😀"], 0, 30].Sample(text =>
    {
        foreach (TextTokenizer tokenizer in TextTokenizer.ByName.Values)
        {
            Assert.Equal(string.Concat(text.Where(c => !char.IsWhiteSpace(c))), string.Concat(tokenizer.Tokenize(text)));
        }
    });

    [Fact]
    public void Entities_are_unescaped_and_hyphenated_lines_joined() =>
        Assert.Equal(["a", "&", "b", "<", "c", "joined", "\"", "d"], Tokenizer13a.Instance.Tokenize("a &amp; b &lt; c join-\ned <skipped>&quot;d"));

    [Theory]
    [InlineData("caresses", "caress")]
    [InlineData("ponies", "poni")]
    [InlineData("agreed", "agre")]
    [InlineData("plastered", "plaster")]
    [InlineData("motoring", "motor")]
    [InlineData("conflated", "conflat")]
    [InlineData("hopefulness", "hope")]
    [InlineData("vietnamization", "vietnam")]
    [InlineData("triplicate", "triplic")]
    [InlineData("adoption", "adopt")]
    [InlineData("controll", "control")]
    [InlineData("by", "by")]
    public void Stems_agree_with_the_examples_of_porters_paper(string word, string stem) => Assert.Equal(stem, PorterStemmer.Stem(word));

    private static Dictionary<string, int> NGrams(string text, int n)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i + n <= words.Length; i++)
        {
            string key = string.Join(' ', words[i..(i + n)]);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        return counts;
    }

    private static int Levenshtein(string[] a, string[] b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
