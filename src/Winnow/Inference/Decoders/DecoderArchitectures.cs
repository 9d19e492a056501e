namespace Winnow.Inference.Decoders;

/// <summary>Architectures that the decoder runs, as configurations and GGUF files name them.</summary>
internal static class DecoderArchitectures
{
    /// <summary>Llama 1 to 3, SmolLM, TinyLlama.</summary>
    public const string Llama = "llama";

    /// <summary>Qwen 2: biases on queries, keys and values.</summary>
    public const string Qwen2 = "qwen2";

    /// <summary>Qwen 3: a norm over each head of queries and keys.</summary>
    public const string Qwen3 = "qwen3";

    /// <summary>What was expected where another stands.</summary>
    public const string Expected = "\"llama\", \"qwen2\" or \"qwen3\"";

    public static bool Has(string name) => name is Llama or Qwen2 or Qwen3;

    /// <summary>The class that configurations name beside it.</summary>
    public static string ClassOf(string name) => name switch
    {
        Qwen2 => "Qwen2ForCausalLM",
        Qwen3 => "Qwen3ForCausalLM",
        _ => "LlamaForCausalLM",
    };
}
