using System.Text;
using Winnow.Inference.Tokenizers.Normalizers;

namespace Winnow.Inference.Tokenizers.Json;

/// <summary>Reads the <c>normalizer</c> of a tokenizer.json.</summary>
internal static class NormalizerJson
{
    private const int MaxSteps = 32;

    public static IReadOnlyList<TextRewriter> Read(JsonField field)
    {
        List<TextRewriter> steps = [];
        if (field.IsPresent)
        {
            Add(field, steps);
        }
        return steps;
    }

    private static void Add(JsonField field, List<TextRewriter> steps)
    {
        if (steps.Count >= MaxSteps)
        {
            throw field.Error($"left out: at most {MaxSteps} steps are allowed");
        }
        if (field["type"].Text() == "Sequence")
        {
            foreach (JsonField part in field["normalizers"].Items())
            {
                Add(part, steps);
            }
            return;
        }
        steps.Add(Step(field));
    }

    private static TextRewriter Step(JsonField field) => field["type"].Text() switch
    {
        "NFC" => new UnicodeNormalizer(isCompatible: false, composes: true),
        "NFD" => new UnicodeNormalizer(isCompatible: false, composes: false),
        "NFKC" => new UnicodeNormalizer(isCompatible: true, composes: true),
        "NFKD" => new UnicodeNormalizer(isCompatible: true, composes: false),
        "Lowercase" => new Lowercase(),
        "StripAccents" => new StripAccents(),
        "Strip" => new StripSpace(field["strip_left"].Flag(absent: true), field["strip_right"].Flag(absent: true)),
        "Prepend" => new Prepend(Encoding.UTF8.GetBytes(field["prepend"].Text())),
        "Replace" => new Replace(PatternJson.Read(field["pattern"]), Encoding.UTF8.GetBytes(field["content"].Text())),
        "BertNormalizer" => Bert(field),
        _ => throw field["type"].Error("\"Sequence\", \"NFC\", \"NFD\", \"NFKC\", \"NFKD\", \"Lowercase\", \"StripAccents\", \"Strip\", \"Prepend\", \"Replace\" or \"BertNormalizer\""),
    };

    private static BertNormalizer Bert(JsonField field)
    {
        bool lowers = field["lowercase"].Flag(absent: true);
        return new BertNormalizer(
            field["clean_text"].Flag(absent: true),
            field["handle_chinese_chars"].Flag(absent: true),
            field["strip_accents"].Flag(absent: lowers),
            lowers);
    }
}
