namespace Winnow.Inference.Tokenizers.Json;

/// <summary>Reads the <c>post_processor</c> of a tokenizer.json: the special tokens around a text.</summary>
internal sealed class PostProcessorJson
{
    private PostProcessorJson()
    {
    }

    /// <summary>Special tokens before the text.</summary>
    public int[] Prefix { get; private set; } = [];

    /// <summary>Special tokens after the text.</summary>
    public int[] Suffix { get; private set; } = [];

    /// <summary>How offsets leave out the white space at a token's ends; null where they do not.</summary>
    public OffsetTrimming? Trimming { get; private set; }

    public static PostProcessorJson Read(JsonField field, int vocabularySize)
    {
        var result = new PostProcessorJson();
        if (field.IsPresent)
        {
            result.Add(field, vocabularySize);
        }
        return result;
    }

    private void Add(JsonField field, int vocabularySize)
    {
        switch (field["type"].Text())
        {
            case "Sequence":
                foreach (JsonField part in field["processors"].Items())
                {
                    Add(part, vocabularySize);
                }
                break;
            case "ByteLevel":
                AddTrimming(field);
                break;
            case "TemplateProcessing":
                AddTemplate(field, vocabularySize);
                break;
            case "BertProcessing":
                AddEnds(field, vocabularySize);
                break;
            case "RobertaProcessing":
                AddTrimming(field);
                AddEnds(field, vocabularySize);
                break;
            default:
                throw field["type"].Error("\"Sequence\", \"ByteLevel\", \"TemplateProcessing\", \"BertProcessing\" or \"RobertaProcessing\"");
        }
    }

    private void AddTrimming(JsonField field) =>
        Trimming = field["trim_offsets"].Flag(absent: true) ? new OffsetTrimming(field["add_prefix_space"].Flag(absent: true)) : null;

    private void AddEnds(JsonField field, int vocabularySize)
    {
        Prefix = [End(field["cls"])];
        Suffix = [End(field["sep"])];

        int End(JsonField pair) => pair.Items().Take(3).ToArray() is [_, var id]
            ? id.Integer(0, vocabularySize - 1)
            : throw pair.Error("a token and its id");
    }

    private void AddTemplate(JsonField field, int vocabularySize)
    {
        List<int> before = [];
        List<int> after = [];
        bool isTextSeen = false;
        foreach (JsonField part in field["single"].Items())
        {
            if (part["Sequence"].IsPresent)
            {
                isTextSeen = !isTextSeen ? true : throw part.Error("a special token: the text stands only once");
                continue;
            }
            string name = part["SpecialToken"]["id"].Text();
            IEnumerable<int> ids = field["special_tokens"][name]["ids"].Items().Select(id => id.Integer(0, vocabularySize - 1));
            (isTextSeen ? after : before).AddRange(ids);
        }
        if (!isTextSeen)
        {
            throw field["single"].Error("a template that holds the text");
        }
        Prefix = [.. before];
        Suffix = [.. after];
    }
}
