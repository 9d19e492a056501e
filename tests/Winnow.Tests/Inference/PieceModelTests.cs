using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.ML.Tokenizers;
using Winnow.Inference.Tokenizers;

namespace Winnow.Tests.Inference;

public sealed class PieceModelTests
{
    private static readonly ModelTokenizer Unigram = Parse(TokenizerDefinitions.Unigram);

    private static readonly ModelTokenizer WordPieces = Parse(TokenizerDefinitions.WordPieces);

    private static readonly ModelTokenizer Characters = Parse(TokenizerDefinitions.Characters);

    [Fact]
    public void A_unigram_model_finds_the_most_probable_cut() =>
        Gen.String[Gen.Char["ab"], 1, 9].Sample(word =>
        {
            double best = BestScore("▁" + word);
            double found = Unigram.Encode(word).Sum(id => TokenizerDefinitions.Units[id].LogProb);
            return Math.Abs(best - found) < 1e-12;
        });

    [Fact]
    public void Unknown_characters_that_follow_each_other_are_one_unknown_token()
    {
        IReadOnlyList<EncodedToken> tokens = Unigram.EncodeToTokens("a日本b 😀", addSpecialTokens: false);
        Assert.Equal(["▁a", "日本", "b", "▁", "😀"], tokens.Select(t => t.Value));
        Assert.Equal([0..1, 1..3, 3..4, 4..5, 5..7], tokens.Select(t => t.Offset));
    }

    [Theory]
    [InlineData("Unhappy, happy", "un ##happ ##y , happy")]
    [InlineData("happyhappyhappy happyz", "[UNK] [UNK]")]
    [InlineData("a日b", "[UNK] 日 [UNK]")]
    [InlineData("ÉTÉ\u0000\u200b .", "e ##t ##e .")]
    [InlineData("[SEP]happy", "[SEP] happy")]
    public void Word_pieces_take_the_longest_token_that_fits(string text, string tokens) =>
        Assert.Equal(tokens, string.Join(' ', WordPieces.Encode(text).Select(WordPieces.Name)));

    [Fact]
    public void Word_pieces_come_back_as_words()
    {
        int[] ids = WordPieces.Encode("Unhappy, happy.", addSpecialTokens: true);
        Assert.Equal("unhappy, happy.", WordPieces.Decode(ids));
        Assert.Equal("[SEP] unhappy, happy. [SEP]", string.Join(' ', "[SEP]", WordPieces.Decode(ids), "[SEP]"));
        Assert.Equal([1, 1], new[] { ids[0], ids[^1] });
    }

    [Fact]
    public void Any_text_comes_back_from_byte_pairs_with_bytes_to_fall_back_on() =>
        Gen.String[Gen.Char["ab éü日-"], 0, 30].Sample(text => Characters.Decode(Characters.Encode(text)) == text);

    [Fact]
    public void A_streamed_text_begins_without_the_space_that_the_tokenizer_wrote() =>
        Gen.String[Gen.Char["ab éü日-"], 0, 30].Sample(text =>
        {
            var stream = new StreamingDecoder(Characters);
            string streamed = string.Concat(Characters.Encode(text).Select(stream.Append)) + stream.Flush();
            return streamed == text;
        });

    [Fact]
    public void A_continued_text_keeps_its_space()
    {
        var stream = new StreamingDecoder(Characters, continuesText: true);
        Assert.Equal(" ab", stream.Append(Characters.Encode("ab").Single()));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_one_by_one()
    {
        Assert.True(Characters.TryFind("<0xE6>", out int first));
        Assert.True(Characters.TryFind("<0x97>", out int second));
        Assert.True(Characters.TryFind("a", out int letter));
        Assert.Equal("\uFFFD\uFFFDa", Characters.Decode([first, second, letter]));
    }

    [Fact]
    public void The_base_class_sees_the_same_tokens()
    {
        Tokenizer tokenizer = WordPieces;
        const string Text = "Unhappy, happy";
        Assert.Equal(WordPieces.Encode(Text), tokenizer.EncodeToIds(Text));
        Assert.Equal(5, tokenizer.CountTokens(Text));
        Assert.Equal([2, 3], tokenizer.EncodeToIds(Text, maxTokenCount: 2, out _, out int consumed));
        Assert.Equal("Unhapp".Length, consumed);
        Assert.Equal("unhappy, happy", tokenizer.Decode(WordPieces.Encode(Text)));
        var buffer = new char[64];
        tokenizer.Decode(WordPieces.Encode(Text), buffer, out int ids, out int written);
        Assert.Equal("unhappy, happy", new string(buffer, 0, written));
        Assert.Equal(5, ids);
    }

    [Fact]
    public void A_normaliser_that_blows_text_up_is_stopped()
    {
        object grow = new { type = "Replace", pattern = new { String = "a" }, content = new string('a', 50) };
        ModelTokenizer hostile = Parse(new
        {
            normalizer = new { type = "Sequence", normalizers = Enumerable.Repeat(grow, 8) },
            model = new { type = "WordPiece", unk_token = "a", vocab = new Dictionary<string, int>(StringComparer.Ordinal) { ["a"] = 0 } },
        });
        WinnowException error = Assert.Throws<WinnowException>(() => hostile.Encode(new string('a', 1000)));
        Assert.Contains("normaliser", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" {2,}", "a   b  c d", "a_b_c d")]
    [InlineData(@"\s+", "a \t b", "a_b")]
    [InlineData("[0-9]", "a12b", "a__b")]
    [InlineData("[^a-c\\d]{2}", "axxx1yy", "a_x1_")]
    [InlineData("日本", "日本日", "_日")]
    [InlineData(@"\.", "a.b", "a_b")]
    public void Simple_patterns_are_matched_over_code_points(string pattern, string text, string replaced)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var buffer = new AlignedTextBuffer();
        buffer.Reset(utf8.Length, isAligned: false);
        new Winnow.Inference.Tokenizers.Normalizers.Replace(TextPattern.Parse(pattern)!, "_"u8.ToArray())
            .Rewrite(new AlignedText(utf8, default, default, isStart: true), buffer);
        Assert.Equal(replaced, Encoding.UTF8.GetString(buffer.Text(isStart: true).Bytes));
    }

    [Theory]
    [InlineData("(a|b)")]
    [InlineData("a*")]
    [InlineData("ab+")]
    [InlineData("[a")]
    [InlineData(@"\b")]
    [InlineData("a{2,1}")]
    [InlineData("")]
    public void Other_patterns_are_not_guessed_at(string pattern) => Assert.Null(TextPattern.Parse(pattern));

    private static ModelTokenizer Parse(object json) =>
        ModelTokenizer.Parse(JsonSerializer.SerializeToUtf8Bytes(json), new TokenizerSettings());

    private static double BestScore(string text) =>
        text.Length == 0 ? 0 : TokenizerDefinitions.Units.Where(u => text.StartsWith(u.Name, StringComparison.Ordinal))
            .Select(u => u.LogProb + BestScore(text[u.Name.Length..])).DefaultIfEmpty(double.NegativeInfinity).Max();
}
