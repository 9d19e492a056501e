namespace Winnow.Inference.Tokenizers;

/// <summary>Reads the <c>pre_tokenizer</c> of a tokenizer.json.</summary>
internal sealed class PreTokenizerJson
{
    private readonly List<Splitter> _splitters = [];
    private bool _isByteLevel;

    private PreTokenizerJson()
    {
    }

    /// <summary>What cuts text into pieces, outermost first.</summary>
    public IReadOnlyList<Splitter> Splitters => _splitters;

    /// <summary>Whether text that does not begin with a space gets one.</summary>
    public bool AddsPrefixSpace { get; private set; }

    public static PreTokenizerJson Read(JsonField field)
    {
        var result = new PreTokenizerJson();
        result.Add(field);
        return result._isByteLevel
            ? result
            : throw field.Error("of type \"ByteLevel\", or a sequence that ends in one: other tokenizers are not supported");
    }

    private void Add(JsonField field)
    {
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
            case "Digits":
                _splitters.Add(new DigitsSplitter(field["individual_digits"].Flag(absent: false)));
                break;
            case "Split":
                _splitters.Add(Split(field));
                break;
            default:
                throw field["type"].Error("\"Sequence\", \"ByteLevel\", \"Digits\" or \"Split\"");
        }
    }

    private void AddByteLevel(JsonField field)
    {
        if (_isByteLevel)
        {
            throw field.Error("the only \"ByteLevel\" step");
        }
        _isByteLevel = true;
        AddsPrefixSpace = field["add_prefix_space"].Flag(absent: true);
        if (AddsPrefixSpace && _splitters.Count > 0)
        {
            throw field["add_prefix_space"].Error("false after another pre-tokenizer");
        }
        if (field["use_regex"].Flag(absent: true))
        {
            _splitters.Add(new Gpt2Splitter());
        }
    }

    private static Splitter Split(JsonField field)
    {
        if (field["behavior"].Text() != "Isolated")
        {
            throw field["behavior"].Error("\"Isolated\"");
        }
        if (field["invert"].Flag(absent: false))
        {
            throw field["invert"].Error("false");
        }
        JsonField pattern = field["pattern"]["Regex"];
        return pattern.Text() switch
        {
            Gpt2Splitter.Pattern => new Gpt2Splitter(),
            Llama3Splitter.PatternOfThree => new Llama3Splitter(3),
            Llama3Splitter.PatternOfOne => new Llama3Splitter(1),
            WordSplitter.Pattern => new WordSplitter(),
            @"\p{N}" => new DigitsSplitter(isEachAlone: true),
            @"\p{N}+" => new DigitsSplitter(isEachAlone: false),
            _ => throw pattern.Error("one of the known patterns (GPT-2, Llama 3, Qwen 2, the embedded models, digits): patterns are not run as regular expressions, because .NET's see UTF-16 units"),
        };
    }
}
