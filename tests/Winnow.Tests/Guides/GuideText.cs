namespace Winnow.Tests.Guides;

/// <summary>The blocks of a guide, so that tests run what the guide shows.</summary>
internal static class GuideText
{
    /// <summary>The fenced blocks whose fence says <c>language name</c>, by name.</summary>
    public static IReadOnlyDictionary<string, string> Blocks(string guide, string language)
    {
        Dictionary<string, string> blocks = new(StringComparer.Ordinal);
        string? name = null;
        List<string> lines = [];
        foreach (string line in File.ReadLines(PathOf(guide)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (name is not null)
                {
                    blocks.Add(name, string.Join('\n', lines));
                }
                name = line.StartsWith($"```{language} ", StringComparison.Ordinal) ? line[(language.Length + 4)..] : null;
                lines.Clear();
            }
            else if (name is not null)
            {
                lines.Add(line);
            }
        }
        return blocks;
    }

    /// <summary>The commands: indented lines that begin with <c>winnow</c>, in words.</summary>
    public static IReadOnlyList<string[]> Commands(string guide) =>
        [.. File.ReadLines(PathOf(guide)).Where(line => line.StartsWith("    winnow ", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..])];

    /// <summary>What stands in a test between <c>// guide NAME begins</c> and <c>// guide NAME ends</c>, without its indentation.</summary>
    public static string Shown(string source, string name)
    {
        string begin = $"// guide {name} begins";
        int from = source.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        string[] lines = source[from..source.IndexOf($"// guide {name} ends", from, StringComparison.Ordinal)].ReplaceLineEndings("\n").Split('\n')[1..^1];
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indent..] : line));
    }

    private static string PathOf(string guide) => Path.Combine(RepositoryRoot.Path, "docs", "guides", guide);
}
