using System.Text;
using Winnow.Decoding;
using Winnow.Embedded;
using Winnow.Models;
using Winnow.Numerics;
using Winnow.Tasks.Families;

namespace Winnow.Testing.Server;

/// <summary>Answers with a white-box model. A question that is not yet in the model's format is put into it.</summary>
/// <param name="model">The model; disposed with this.</param>
public sealed class ModelAnswerer(ILanguageModel model) : IAnswerer
{
    /// <summary>An answerer over a bundled model.</summary>
    public static ModelAnswerer Embedded(string? name = null) => new(EmbeddedModels.Load(name));

    /// <inheritdoc/>
    public DrawnAnswer Draw(ChatRequest request, ulong seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        int[] prompt = [.. model.Vocabulary.Encode(PromptOf(request.Question), addSpecialTokens: true), .. model.Vocabulary.Encode(request.Partial)];
        int room = Math.Min(request.MaxTokens, model.Info.ContextLength - prompt.Length);
        using ISession session = model.Open(new SessionOptions { MaxRows = 2, MaxCachedTokens = 2 * model.Info.ContextLength, Threads = 1 });
        HashedUniforms uniforms = new(seed);
        List<DrawnToken> tokens = [];
        List<byte> bytes = [];
        int row = session.Add(prompt);
        for (int drawn = 0; drawn < room; drawn++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> logits = session.Logits(row, prompt.Length + drawn - 1);
            TokenDraw draw = TokenSampler.Draw(logits, request.Temperature, uniforms.Next("token", 0, 0, drawn));
            if (draw.Token == model.Vocabulary.EndOfSequence)
            {
                return new DrawnAnswer(prompt.Length, drawn + 1, TextOf(bytes), tokens, "stop", null);
            }
            ReadOnlySpan<byte> own = model.Vocabulary.Bytes(draw.Token);
            bytes.AddRange(own);
            tokens.Add(new DrawnToken(own.ToArray(), draw.LogProb, request.WantsLogProbs ? Top(logits, request.TopLogProbs) : []));
            string text = TextOf(bytes);
            if (request.Stop.FirstOrDefault(stop => text.Contains(stop, StringComparison.Ordinal)) is { } stopped)
            {
                return new DrawnAnswer(prompt.Length, drawn + 1, text[..text.IndexOf(stopped, StringComparison.Ordinal)], tokens, "stop", stopped);
            }
            if (drawn + 1 < room)
            {
                session.Forward(new TokenBatch([row], [1], [draw.Token]), Read.LastLogits);
            }
        }
        return new DrawnAnswer(prompt.Length, tokens.Count, TextOf(bytes), tokens, "length", null);
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    private static string PromptOf(string question) =>
        question.Contains("] Q: ", StringComparison.Ordinal) ? question : PromptFormat.Prompt(AnswerMode.Steps, question);

    private static string TextOf(List<byte> bytes) => Encoding.UTF8.GetString([.. bytes]);

    private List<(ReadOnlyMemory<byte>, double)> Top(ReadOnlySpan<float> logits, int count)
    {
        float[] copy = logits.ToArray();
        return
        [
            .. Enumerable.Range(0, copy.Length).OrderByDescending(token => copy[token]).Take(count)
                .Select(token => ((ReadOnlyMemory<byte>)model.Vocabulary.Bytes(token).ToArray(), TokenSampler.LogProb(copy, token))),
        ];
    }
}
