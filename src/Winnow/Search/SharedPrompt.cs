using Winnow.Models;

namespace Winnow.Search;

/// <summary>A session whose rows all continue one prompt, which is held once.</summary>
/// <remarks>The logits after the prompt are kept, since fresh rows read them whatever the session did in between.</remarks>
internal sealed class SharedPrompt : IDisposable
{
    private readonly int[] _prompt;
    private readonly float[] _logits;
    private readonly Branch _branch;

    public SharedPrompt(ILanguageModel model, int[] prompt, int maxRows, int maxAnswerTokens, int threads, bool readsLogits = true)
    {
        _prompt = prompt;
        int room = Math.Min(maxAnswerTokens, model.Info.ContextLength - prompt.Length);
        Session = model.Open(new SessionOptions
        {
            MaxRows = maxRows + 1,
            MaxCachedTokens = (int)Math.Min(int.MaxValue, model.Info.ContextLength + (long)(maxRows + 1) * (room + PageSlack)),
            Threads = threads,
        });
        int row = Session.Add(prompt);
        _logits = readsLogits ? Session.Logits(row, prompt.Length - 1).ToArray() : [];
        _branch = Session.Keep(row, prompt.Length);
        Session.Reorder([]);
    }

    public ISession Session { get; }

    /// <summary>Tokens of the prompt.</summary>
    public int Length => _prompt.Length;

    /// <summary>Logits after the prompt. Shape [V]; empty where the model only scores tokens.</summary>
    public ReadOnlySpan<float> Logits => _logits;

    /// <summary>Adds a row that has read the prompt only.</summary>
    public int AddRow() => Session.Restore(_branch);

    public void Dispose() => Session.Dispose();

    /// <summary>Keys and values are held in pages: a row may leave part of one empty at each place where it forked.</summary>
    private const int PageSlack = 64;
}
