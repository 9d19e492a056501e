using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Winnow.Tests.Architecture;

/// <summary>Holds the order of rooms that docs/architecture.md describes.</summary>
public sealed partial class RoomsTests
{
    private static readonly string[] Folders =
    [
        "Numerics", "Budgets", "Models", "Tasks", "Inference", "Decoding", "Metrics", "Selection", "Retrieval",
        "Judging", "Search", "Evaluation", "Scaling", "Runs", "Catalogue", "Reproductions",
    ];

    private static readonly Dictionary<string, string[]> ProjectReferences = new(StringComparer.Ordinal)
    {
        ["Winnow"] = [],
        ["Winnow.Embedded"] = ["Winnow"],
        ["Winnow.Runs"] = ["Winnow"],
        ["Winnow.Endpoints"] = ["Winnow"],
        ["Winnow.Rendering"] = ["Winnow"],
        ["Winnow.Torch"] = ["Winnow"],
        ["Winnow.Cli"] = ["Winnow", "Winnow.Embedded", "Winnow.Endpoints", "Winnow.Rendering", "Winnow.Runs"],
        ["Winnow.Lab"] = ["Winnow", "Winnow.Embedded", "Winnow.Rendering", "Winnow.Torch"],
    };

    private static string Source { get; } = Path.Combine(RepositoryRoot.Path, "src");

    [Fact]
    public void A_folder_of_the_core_uses_only_folders_before_it()
    {
        string core = Path.Combine(Source, "Winnow");
        List<string> wrong = [];
        foreach (string file in Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(core, file);
            string folder = relative.Split(Path.DirectorySeparatorChar)[0];
            int own = Array.IndexOf(Folders, folder);
            if (own < 0)
            {
                continue;
            }
            foreach (Match match in CoreNamespace().Matches(File.ReadAllText(file)))
            {
                int used = Array.IndexOf(Folders, match.Groups["name"].Value);
                if (used > own)
                {
                    wrong.Add($"{relative} uses Winnow.{Folders[used]}, which comes after {folder}");
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_folder_of_the_core_has_its_place_in_the_order()
    {
        IEnumerable<string> unknown = Directory.EnumerateDirectories(Path.Combine(Source, "Winnow"))
            .Select(path => Path.GetFileName(path)!)
            .Where(name => !Folders.Contains(name, StringComparer.Ordinal) && Directory.EnumerateFiles(Path.Combine(Source, "Winnow", name), "*.cs", SearchOption.AllDirectories).Any());
        Assert.Empty(unknown);
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        string core = Path.Combine(Source, "Winnow");
        List<string> wrong = [];
        foreach (string file in Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetDirectoryName(Path.GetRelativePath(core, file))!;
            string expected = folder.Length == 0 ? "Winnow" : "Winnow." + folder.Replace(Path.DirectorySeparatorChar, '.');
            Match declared = Declaration().Match(File.ReadAllText(file));
            if (declared.Success && declared.Groups["name"].Value != expected)
            {
                wrong.Add($"{Path.GetRelativePath(core, file)} declares {declared.Groups["name"].Value}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Projects_reference_only_what_their_room_allows()
    {
        List<string> wrong = [];
        foreach (string file in Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            Assert.True(ProjectReferences.ContainsKey(name), $"{name} has no room in the table of this test and of docs/architecture.md");
            foreach (XElement reference in XDocument.Load(file).Descendants("ProjectReference"))
            {
                string target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));
                if (!ProjectReferences[name].Contains(target, StringComparer.Ordinal))
                {
                    wrong.Add($"{name} references {target}");
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void The_core_and_the_command_need_no_native_library_for_learning()
    {
        foreach (string name in new[] { "Winnow", "Winnow.Embedded", "Winnow.Cli" })
        {
            string project = File.ReadAllText(Path.Combine(Source, name, name + ".csproj"));
            Assert.DoesNotContain("TorchSharp", project, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("libtorch", project, StringComparison.OrdinalIgnoreCase);
        }
    }

    [GeneratedRegex(@"\bWinnow\.(?<name>[A-Z][A-Za-z]+)\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CoreNamespace();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Declaration();
}
