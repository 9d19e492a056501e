using System.Globalization;

namespace Winnow.Cli.Stored;

/// <summary>A command spelt out, with what was chosen by default, so that it still means the same when a default changes.</summary>
internal sealed class CommandWords
{
    private readonly List<string> _words;

    public CommandWords(string verb, string subject)
    {
        _words = [verb, subject];
    }

    /// <summary>The words after <c>winnow</c>.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Adds an option; nothing where the value is null.</summary>
    public CommandWords With<T>(string option, T? value)
    {
        if (value is not null)
        {
            _words.AddRange([option, Convert.ToString(value, CultureInfo.InvariantCulture)!]);
        }
        return this;
    }

    /// <summary>Adds an option without a value where it was given.</summary>
    public CommandWords WithFlag(string option, bool isGiven)
    {
        if (isGiven)
        {
            _words.Add(option);
        }
        return this;
    }

    /// <summary>As it is typed.</summary>
    public override string ToString() => Typed(_words);

    /// <summary>Words after <c>winnow</c> as they are typed.</summary>
    public static string Typed(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted).Prepend("winnow"));

    private static string Quoted(string word) => word.Length == 0 || word.Any(c => char.IsWhiteSpace(c) || c is '"' or '\'' or ';' or '&' or '|' or '$' or '*') ? $"\"{word.Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : word;
}
