using System.Globalization;
using System.Text;
using Winnow.Numerics;

namespace Winnow.Testing.Server;

/// <summary>Answers at once with a number drawn by the seed: for measuring what surrounds a model.</summary>
/// <param name="answers">Different answers.</param>
public sealed class FastAnswerer(int answers = 4) : IAnswerer
{
    /// <summary>Tokens of an answer.</summary>
    public const int AnswerTokens = 4;

    /// <inheritdoc/>
    public DrawnAnswer Draw(ChatRequest request, ulong seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        string text = "A: " + (Seeds.Derive(seed, "answer") % (ulong)answers).ToString(CultureInfo.InvariantCulture);
        DrawnToken[] tokens = request.WantsLogProbs
            ? [.. text.Select(letter => new DrawnToken(Encoding.UTF8.GetBytes([letter]), -0.5, []))]
            : [];
        int prompt = Math.Max(1, request.Question.Length / 4);
        return new DrawnAnswer(prompt, Math.Min(AnswerTokens, request.MaxTokens), text, tokens, "stop", null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
