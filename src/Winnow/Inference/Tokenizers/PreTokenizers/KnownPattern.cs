namespace Winnow.Inference.Tokenizers.PreTokenizers;

/// <summary>The regular expressions by which known models cut text, each written by hand over code points.</summary>
internal static class KnownPattern
{
    /// <summary>The splitter of a pattern; null where it is not known.</summary>
    public static Splitter? Find(string expression) => expression switch
    {
        Gpt2Splitter.Pattern => new Gpt2Splitter(),
        Llama3Splitter.PatternOfThree => new Llama3Splitter(3),
        Llama3Splitter.PatternOfOne => new Llama3Splitter(1),
        WordSplitter.Pattern => new WordSplitter(),
        _ => null,
    };
}
