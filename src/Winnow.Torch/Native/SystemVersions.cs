namespace Winnow.Torch.Native;

/// <summary>The symbol versions that the libraries already in this process define (Linux).</summary>
internal sealed class SystemVersions
{
    private readonly Dictionary<string, IReadOnlySet<string>?> _definitions = new(StringComparer.Ordinal);

    /// <summary>Whether a loaded library defines a version. A library that is not loaded is taken to provide all it is asked for: its absence is for the loader to report.</summary>
    public bool Provides(string library, string version)
    {
        if (!_definitions.TryGetValue(library, out IReadOnlySet<string>? defined))
        {
            string? path = LoadedPath(library);
            defined = path is null ? null : ElfFile.Parse(File.ReadAllBytes(path), path).VersionDefinitions();
            _definitions.Add(library, defined);
        }
        return defined is null || defined.Contains(version);
    }

    private static string? LoadedPath(string library)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            int slash = line.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
            {
                continue;
            }
            string path = line[slash..];
            // The map shows the file behind a link: libstdc++.so.6 is libstdc++.so.6.0.30 there.
            string file = Path.GetFileName(path);
            if ((string.Equals(file, library, StringComparison.Ordinal) || file.StartsWith(library + ".", StringComparison.Ordinal)) && File.Exists(path))
            {
                return path;
            }
        }
        return null;
    }
}
