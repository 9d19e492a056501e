using System.Numerics.Tensors;
using Winnow.Inference.Embeddings;
using Winnow.Inference.Tokenizers;
using Winnow.Testing;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>A real sentence encoder against the reference implementation.</summary>
public sealed class EmbeddingRows : IConformanceRows
{
    private const string Folder = "models/all-minilm-l6-v2";

    private static readonly Dictionary<int, EncoderEmbedder> Embedders = [];

    private static readonly Lazy<ModelTokenizer> Tokenizer = new(() => ModelTokenizer.Load(SharedFolder.Find(Folder)!));

    public string Family => "embedding";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["embedding_minilm"] = Embed,
        ["embedding_similarity"] = Similarity,
    };

    public bool IsBuilt(ConformanceRow row) => SharedFolder.Find(Folder) is not null;

    private static object Embed(ConformanceRow row)
    {
        string text = row.Input.Text("text") ?? string.Concat(Enumerable.Repeat(row.Input.Text("repeat"), row.Input.Whole("times")));
        EncoderEmbedder embedder = Embedder(row);
        var embedding = new float[embedder.Width];
        embedder.Embed([text], embedding, TestContext.Current.CancellationToken);
        (int[] tokens, float[] states) = embedder.EmbedTokens([text], TestContext.Current.CancellationToken).Single();
        Assert.Equal(tokens.Length * embedder.Width, states.Length);
        int[] all = Tokenizer.Value.Encode(text, addSpecialTokens: true);
        Assert.Equal(Math.Min(all.Length, row.Params.Whole("max_tokens")), tokens.Length);
        return new { token_ids = tokens, embedding };
    }

    private static object Similarity(ConformanceRow row)
    {
        string[] texts = row.Input.Strings("texts");
        EncoderEmbedder embedder = Embedder(row);
        var vectors = new float[texts.Length * embedder.Width];
        embedder.Embed(texts, vectors, TestContext.Current.CancellationToken);
        ReadOnlyMemory<float> Of(int i) => vectors.AsMemory(i * embedder.Width, embedder.Width);
        return new { cosine = texts.Select((_, i) => texts.Select((_, j) => TensorPrimitives.CosineSimilarity<float>(Of(i).Span, Of(j).Span))) };
    }

    private static EncoderEmbedder Embedder(ConformanceRow row)
    {
        int maxTokens = row.Params.Whole("max_tokens");
        lock (Embedders)
        {
            if (!Embedders.TryGetValue(maxTokens, out EncoderEmbedder? embedder))
            {
                embedder = EncoderEmbedder.Load(SharedFolder.Find(Folder)!, new EmbeddingOptions { MaxTokens = maxTokens });
                Embedders.Add(maxTokens, embedder);
            }
            return embedder;
        }
    }
}
