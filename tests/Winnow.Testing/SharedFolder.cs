using Xunit;

namespace Winnow.Testing;

/// <summary>
/// Finds files that tests read but the repository does not hold: a folder named <c>shared</c> beside the checkout
/// or beside one of the folders above it. Tests that need it are skipped where it is absent.
/// </summary>
public static class SharedFolder
{
    /// <summary>The full path of a subfolder or file of the shared folder; null where there is none.</summary>
    /// <param name="relativePath">For example <c>conformance</c> or <c>models/smollm2-135m-instruct</c>.</param>
    public static string? Find(string relativePath)
    {
        for (DirectoryInfo? folder = Repository(); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", relativePath);
            if (Path.Exists(candidate))
            {
                return candidate;
            }
        }
        return null;
    }

    /// <summary>The same, or the calling test is skipped with a word.</summary>
    public static string FindOrSkip(string relativePath)
    {
        string? path = Find(relativePath);
        Assert.SkipWhen(path is null, $"shared/{relativePath} does not stand beside this checkout");
        return path!;
    }

    /// <summary>The folder that holds Winnow.slnx, or else the folder of the test assembly.</summary>
    public static DirectoryInfo Repository()
    {
        var start = new DirectoryInfo(AppContext.BaseDirectory);
        for (DirectoryInfo? folder = start; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Winnow.slnx")))
            {
                return folder;
            }
        }
        return start;
    }
}
