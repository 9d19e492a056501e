using System.Buffers;
using System.Text;
using CsCheck;
using Winnow.Inference.Tokenizers;
using Winnow.Inference.Tokenizers.Models;
using Winnow.Inference.Tokenizers.PreTokenizers;

namespace Winnow.Tests.Inference;

public sealed class ModelTokenizerTests
{
    private static readonly ModelTokenizer Words = TokenizerSamples.Words();

    private static Gen<string> Texts => Gen.OneOf(
        Gen.String[Gen.Char, 0, 40],
        Gen.String[Gen.Char[" \n\t019abzéÅ日€'.,-+=<|>endbgi"], 0, 60],
        Gen.Int[0, 0x10FFFF].Where(c => c is < 0xD800 or > 0xDFFF).Array[0, 20].Select(a => string.Concat(a.Select(char.ConvertFromUtf32))));

    [Fact]
    public void Any_text_comes_back_as_it_went_in() =>
        Texts.Sample(text =>
        {
            string wellFormed = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            return Words.Decode(Words.Encode(text), skipSpecialTokens: false) == wellFormed;
        });

    [Fact]
    public void Streamed_text_is_the_decoded_text_and_never_holds_half_a_character() =>
        Texts.Sample(text =>
        {
            int[] tokens = Words.Encode(text);
            var stream = new StreamingDecoder(Words);
            List<string> chunks = [.. tokens.Select(stream.Append), stream.Flush()];
            return string.Concat(chunks) == Words.Decode(tokens) && chunks.TrueForAll(c => !char.IsLowSurrogate(c.FirstOrDefault()));
        });

    [Fact]
    public void Streamed_broken_bytes_become_the_same_text_as_decoded_ones() =>
        Gen.Int[0, Words.Size - 1].Array[0, 30].Sample(tokens =>
        {
            var stream = new StreamingDecoder(Words);
            string text = string.Concat(tokens.Select(stream.Append)) + stream.Flush();
            return text == Words.Decode(tokens);
        });

    [Fact]
    public void The_fast_overload_gives_the_same_tokens() =>
        Texts.Sample(text =>
        {
            var buffer = new ArrayBufferWriter<int>();
            Words.Encode(text.AsSpan(), buffer, addSpecialTokens: true);
            return buffer.WrittenSpan.SequenceEqual(Words.Encode(text, addSpecialTokens: true));
        });

    [Fact]
    public void Merges_are_applied_lowest_rank_first_as_a_plain_loop_would() =>
        Gen.String[Gen.Char["abc "], 1, 40].Sample(text =>
            Words.Encode(text).SequenceEqual(TokenizerSamples.PlainBytePairs(Words, text)));

    [Fact]
    public void A_long_run_of_one_letter_takes_no_quadratic_time()
    {
        var text = new string('a', 300_000);
        Assert.Equal(text, Words.Decode(Words.Encode(text)));
    }

    [Theory]
    [InlineData(" two words", " two| words")]
    [InlineData("a1b23", "a|1|b|2|3")]
    [InlineData("x = -4\n y", "x| |=| |-|4|\n| y")]
    [InlineData("  two  ", " | two| | ")]
    [InlineData("né日 𝒳𝟗 😀!", "né日| 𝒳|𝟗| |😀|!")]
    public void Words_keep_the_space_before_them_and_everything_else_stands_alone(string text, string pieces) =>
        Assert.Equal(pieces, string.Join('|', Pieces(new WordSplitter(), text)));

    [Theory]
    [InlineData("I'll  go\n\nnow 12's", "I|'ll| | go|\n|\n|now| 12|'s")]
    [InlineData("tabs\t\there   ", "tabs|\t|\t|here|   ")]
    [InlineData("a--b ?!x", "a|--|b| ?!|x")]
    public void The_pattern_of_gpt_2_cuts_as_it_is_written(string text, string pieces) =>
        Assert.Equal(pieces, string.Join('|', Pieces(new Gpt2Splitter(), text)));

    [Theory]
    [InlineData("HE'LL go.\n\nNow 12345", "HE|'LL| go|.\n\n|Now| |123|45")]
    [InlineData("a  \n  b (c)", "a|  \n| | b| (|c|)")]
    public void The_pattern_of_llama_3_cuts_as_it_is_written(string text, string pieces) =>
        Assert.Equal(pieces, string.Join('|', Pieces(new Llama3Splitter(3), text)));

    [Fact]
    public void Added_tokens_are_found_leftmost_and_longest()
    {
        Assert.True(Words.TryFind("<|end|>", out int end));
        Assert.True(Words.TryFind("[steps]", out int steps));
        int[] tokens = Words.Encode("[steps]a<|end|>");
        Assert.Equal([steps, .. Words.Encode("a"), end], tokens);
        Assert.Equal("[steps]a", Words.Decode(tokens));
        Assert.Equal("[steps]a<|end|>", Words.Decode(tokens, skipSpecialTokens: false));
        Assert.True(Words.Bytes(end).IsEmpty);
        Assert.Equal("[steps]"u8.ToArray(), Words.Bytes(steps).ToArray());
    }

    [Fact]
    public void Text_met_before_is_encoded_without_allocating()
    {
        const string Text = "I have 12 cats, 18 plums and 7 abc.\n";
        var buffer = new ArrayBufferWriter<int>(1024);
        for (int i = 0; i < 50; i++)
        {
            buffer.ResetWrittenCount();
            Words.Encode(Text.AsSpan(), buffer);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        buffer.ResetWrittenCount();
        Words.Encode(Text.AsSpan(), buffer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "must be an object")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{}}}""", "BPE")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[]}}""", "model.vocab")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a"]]}}""", "model.vocab[0]")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":0}}}""", "model.unk_token")]
    [InlineData("""{"decoder":{"type":"CTC"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "decoder.type")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}""", "model.vocab.a")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]}}""", "model.vocab.a")]
    [InlineData("""{"normalizer":{"type":"Precompiled"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "normalizer")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a|b)+"},"behavior":"Isolated"},"model":{"type":"BPE","vocab":{},"merges":[]}}""", "(a|b)+")]
    [InlineData("""{"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}""", "model.merges[0]")]
    public void A_broken_or_unknown_tokenizer_is_refused_by_name(string json, string named)
    {
        WinnowException error = Assert.Throws<WinnowException>(
            () => ModelTokenizer.Parse(Encoding.UTF8.GetBytes(json), new TokenizerSettings()));
        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    private static List<string> Pieces(Splitter splitter, string text)
    {
        List<string> pieces = [];
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        while (!rest.IsEmpty)
        {
            int length = splitter.FirstPiece(rest);
            pieces.Add(Encoding.UTF8.GetString(rest[..length]));
            rest = rest[length..];
        }
        return pieces;
    }
}
