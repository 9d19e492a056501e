using Winnow.Models;

namespace Winnow.Decoding;

/// <summary>Limits of a session in which rows continue one prompt.</summary>
internal static class RowLimits
{
    /// <summary>Room for every row to grow to its longest, the prompt held once.</summary>
    public static SessionOptions For(ILanguageModel model, int promptLength, int rows, int maxTokens)
    {
        long room = Math.Max(1, Math.Min(maxTokens, model.Info.ContextLength - promptLength));
        return new SessionOptions { MaxRows = rows, MaxCachedTokens = (int)Math.Min(int.MaxValue, promptLength + rows * room) };
    }

    /// <summary>The same of several prompts, each continued by as many rows.</summary>
    public static SessionOptions For(ILanguageModel model, IReadOnlyList<int[]> prompts, int rowsEach, int maxTokens)
    {
        SessionOptions[] each = [.. prompts.Select(prompt => For(model, prompt.Length, rowsEach, maxTokens))];
        return new SessionOptions
        {
            MaxRows = each.Sum(options => options.MaxRows),
            MaxCachedTokens = (int)Math.Min(int.MaxValue, each.Sum(options => (long)options.MaxCachedTokens)),
        };
    }
}
