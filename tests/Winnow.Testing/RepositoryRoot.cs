using System.Runtime.CompilerServices;

namespace Winnow.Testing;

/// <summary>The folder of the checkout that the tests were built from.</summary>
public static class RepositoryRoot
{
    /// <summary>Absolute path.</summary>
    public static string Path { get; } = Find();

    private static string Find([CallerFilePath] string source = "")
    {
        foreach (string start in new[] { AppContext.BaseDirectory, System.IO.Path.GetDirectoryName(source)! })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(System.IO.Path.Combine(folder.FullName, "Winnow.slnx")))
                {
                    return folder.FullName;
                }
            }
        }
        throw new InvalidOperationException("Winnow.slnx was not found above the tests: run them from a checkout.");
    }
}
