using System.Text;
using Winnow.Inference.Tokenizers.Normalizers;
using Winnow.Inference.Tokenizers.PreTokenizers;

namespace Winnow.Inference.Tokenizers.Json;

/// <summary>Reads the <c>pre_tokenizer</c> of a tokenizer.json.</summary>
internal sealed class PreTokenizerJson
{
    private const int MaxSteps = 32;

    private readonly List<TextStep> _steps = [];

    private PreTokenizerJson()
    {
    }

    /// <summary>What cuts text into pieces, outermost first.</summary>
    public IReadOnlyList<TextStep> Steps => _steps;

    /// <summary>Whether the model sees bytes.</summary>
    public bool IsByteLevel { get; private set; }

    public static PreTokenizerJson Read(JsonField field)
    {
        var result = new PreTokenizerJson();
        if (field.IsPresent)
        {
            result.Add(field);
        }
        return result;
    }

    private void Add(JsonField field)
    {
        if (_steps.Count >= MaxSteps)
        {
            throw field.Error($"left out: at most {MaxSteps} steps are allowed");
        }
        if (IsByteLevel)
        {
            throw field.Error("left out: \"ByteLevel\" is the last step");
        }
        switch (field["type"].Text())
        {
            case "Sequence":
                foreach (JsonField part in field["pretokenizers"].Items())
                {
                    Add(part);
                }
                break;
            case "ByteLevel":
                AddByteLevel(field);
                break;
            case "Metaspace":
                AddMetaspace(field);
                break;
            case "Split":
                _steps.Add(Split(field));
                break;
            default:
                _steps.Add(Simple(field));
                break;
        }
    }

    private static Splitter Simple(JsonField field) => field["type"].Text() switch
    {
        "Digits" => new DigitsSplitter(field["individual_digits"].Flag(absent: false)),
        "BertPreTokenizer" => new BertSplitter(),
        "Whitespace" => new WhitespaceSplitter(),
        "WhitespaceSplit" => new BlankSplitter(),
        "Punctuation" when (field["behavior"].OptionalText() ?? "Isolated") == "Isolated" => new PunctuationSplitter(),
        "Punctuation" => throw field["behavior"].Error("\"Isolated\""),
        "CharDelimiterSplit" => new PatternSplitter(TextPattern.Literal(field["delimiter"].Text() is { Length: > 0 } text ? text : throw field["delimiter"].Error("a character")), SplitBehavior.Removed),
        _ => throw field["type"].Error("\"Sequence\", \"ByteLevel\", \"Metaspace\", \"Split\", \"Digits\", \"BertPreTokenizer\", \"Whitespace\", \"WhitespaceSplit\", \"Punctuation\" or \"CharDelimiterSplit\""),
    };

    private void AddByteLevel(JsonField field)
    {
        IsByteLevel = true;
        if (field["add_prefix_space"].Flag(absent: true))
        {
            _steps.Add(new PrefixSpace());
        }
        if (field["use_regex"].Flag(absent: true))
        {
            _steps.Add(new Gpt2Splitter());
        }
    }

    private void AddMetaspace(JsonField field)
    {
        string mark = field["replacement"].OptionalText() ?? "\u2581";
        if (mark.Length == 0)
        {
            throw field["replacement"].Error("a character");
        }
        _steps.Add(new Metaspace(Encoding.UTF8.GetBytes(mark), Scheme(field)));
        if (field["split"].Flag(absent: true))
        {
            _steps.Add(new PatternSplitter(TextPattern.Literal(mark), SplitBehavior.MergedWithNext));
        }
    }

    /// <summary>When a mark is written before a text.</summary>
    internal static PrependScheme Scheme(JsonField field) => field["prepend_scheme"].OptionalText() switch
    {
        null => field["add_prefix_space"].Flag(absent: true) ? PrependScheme.Always : PrependScheme.Never,
        "always" => PrependScheme.Always,
        "first" => PrependScheme.First,
        "never" => PrependScheme.Never,
        _ => throw field["prepend_scheme"].Error("\"always\", \"first\" or \"never\""),
    };

    private static Splitter Split(JsonField field)
    {
        SplitBehavior behavior = field["behavior"].Text() switch
        {
            "Isolated" => SplitBehavior.Isolated,
            "Removed" => SplitBehavior.Removed,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            "Contiguous" => SplitBehavior.Contiguous,
            _ => throw field["behavior"].Error("\"Isolated\", \"Removed\", \"MergedWithPrevious\", \"MergedWithNext\" or \"Contiguous\""),
        };
        bool isInverted = field["invert"].Flag(absent: false);
        // The known patterns leave nothing between their matches, so that these two say the same of them.
        bool isWholeCover = isInverted ? behavior == SplitBehavior.Removed : behavior == SplitBehavior.Isolated;
        if (isWholeCover && field["pattern"]["Regex"].OptionalText() is { } expression && KnownPattern.Find(expression) is { } known)
        {
            return known;
        }
        return isInverted ? throw field["invert"].Error("false") : new PatternSplitter(PatternJson.Read(field["pattern"]), behavior);
    }
}
