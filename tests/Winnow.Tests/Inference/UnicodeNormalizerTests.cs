using System.Text;
using CsCheck;
using Winnow.Inference.Tokenizers;
using Winnow.Inference.Tokenizers.Normalizers;

namespace Winnow.Tests.Inference;

public sealed class UnicodeNormalizerTests
{
    private static readonly UnicodeNormalizer Nfc = new(isCompatible: false, composes: true);
    private static readonly UnicodeNormalizer Nfd = new(isCompatible: false, composes: false);
    private static readonly UnicodeNormalizer Nfkc = new(isCompatible: true, composes: true);
    private static readonly UnicodeNormalizer Nfkd = new(isCompatible: true, composes: false);

    // Letters, marks of several classes, Hangul parts, compatibility forms, and what is excluded from composition.
    private static readonly Gen<string> Texts = Gen.OneOf(
            Gen.OneOf(Array.ConvertAll<int, Gen<int>>([0x41, 0x65, 0x6F, 0x73, 0x30A, 0x301, 0x323, 0x327, 0x307, 0x345, 0x1100, 0x1161, 0x11A8, 0xAC00, 0xAC01, 0x958, 0x9C7, 0x9BE, 0xFB01, 0x1E9B, 0x212B, 0x2126, 0xBD, 0x1D15E, 0x3099, 0x304B], Gen.Const)),
            Gen.Int[0x20, 0x2FFFF].Where(c => c is < 0xD800 or > 0xDFFF))
        .Array[0, 12].Select(codes => string.Concat(codes.Select(char.ConvertFromUtf32)));

    [Theory]
    [InlineData("e\u0301", "\u00E9", "e\u0301", "\u00E9", "e\u0301")]
    [InlineData("\u212B", "\u00C5", "A\u030A", "\u00C5", "A\u030A")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323", "\u017F\u0323\u0307", "\u1E69", "s\u0323\u0307")]
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307", "d\u0323\u0307", "\u1E0D\u0307", "d\u0323\u0307")]
    [InlineData("\uFB01\u00BD", "\uFB01\u00BD", "\uFB01\u00BD", "fi1\u20442", "fi1\u20442")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C", "\u1112\u1161\u11AB", "\uD55C", "\u1112\u1161\u11AB")]
    [InlineData("\uAC00\u11A8", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\u09C7\u09BE", "\u09CB", "\u09C7\u09BE", "\u09CB", "\u09C7\u09BE")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b", "a\u05AE\u0300\u0300\u0315b", "\u00E0\u05AE\u0300\u0315b", "a\u05AE\u0300\u0300\u0315b")]
    [InlineData("\u304B\u3099\u0334", "\u304C\u0334", "\u304B\u0334\u3099", "\u304C\u0334", "\u304B\u0334\u3099")]
    public void The_four_forms_are_those_of_the_standard(string text, string nfc, string nfd, string nfkc, string nfkd) =>
        Assert.Equal([nfc, nfd, nfkc, nfkd], new[] { Nfc, Nfd, Nfkc, Nfkd }.Select(form => Apply(form, text)));

    [Fact]
    public void A_form_of_a_form_is_as_the_standard_says() =>
        Texts.Sample(text =>
        {
            string composed = Apply(Nfc, text);
            string compatible = Apply(Nfkd, text);
            return Apply(Nfc, composed) == composed
                && Apply(Nfc, Apply(Nfd, text)) == composed
                && Apply(Nfd, composed) == Apply(Nfd, text)
                && Apply(Nfkd, Apply(Nfkc, text)) == compatible
                && Apply(Nfkc, Apply(Nfd, text)) == Apply(Nfkc, text);
        });

    [Fact]
    public void A_long_run_of_marks_takes_no_quadratic_time()
    {
        string text = "a" + string.Concat(Enumerable.Repeat("\u0301\u0323", 100_000));
        Assert.Equal(200_001 - 1, Apply(Nfc, text).Length);
    }

    private static string Apply(UnicodeNormalizer form, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var buffer = new AlignedTextBuffer();
        buffer.Reset(utf8.Length, isAligned: false);
        form.Rewrite(new AlignedText(utf8, default, default, isStart: true), buffer);
        return Encoding.UTF8.GetString(buffer.Text(isStart: true).Bytes);
    }
}
