namespace Winnow.Tasks.Answers;

/// <summary>Ways of finding an answer, by the names that settings use.</summary>
public static class AnswerKeyNames
{
    private static readonly (string Name, Func<IAnswerKey> Make)[] Known =
    [
        ("line", static () => new AnswerLineKey()),
        ("text", static () => new FreeTextAnswerKey()),
        ("exact", static () => new VerbatimAnswerKey()),
        ("numeric", static () => new NumericAnswerKey()),
        ("math", static () => new MathAnswerKey()),
        ("set", static () => new SetAnswerKey()),
        ("whole", static () => new WholeTextAnswerKey()),
    ];

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Known.Select(known => known.Name)];

    /// <summary>The way a name stands for; null where there is none of that name.</summary>
    public static IAnswerKey? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Array.Find(Known, known => known.Name == name).Make?.Invoke();
    }
}
