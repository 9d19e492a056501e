namespace Winnow.Testing.Server;

/// <summary>Judges like a model that is asked whether an answer is right: right is what the reference is, letter by letter.</summary>
/// <param name="judgementTokens">Tokens of a judgement.</param>
public sealed class ScriptedJudge(int judgementTokens = 9) : IAnswerer
{
    /// <inheritdoc/>
    public DrawnAnswer Draw(ChatRequest request, ulong seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        string question = request.Question;
        string verdict = Marked(question, "ANSWER") == Marked(question, "REFERENCE") ? "They agree. [[correct]]" : "They differ. [[incorrect]]";
        return new DrawnAnswer(Math.Max(1, question.Length / 4), Math.Min(judgementTokens, request.MaxTokens), verdict, [], "stop", null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static string Marked(string text, string name)
    {
        string begin = $"<<<{name}>>>\n";
        int from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        int to = text.IndexOf($"\n<<<END OF {name}>>>", StringComparison.Ordinal);
        return from < begin.Length || to < from ? "" : text[from..to];
    }
}
