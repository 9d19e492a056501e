using Winnow.Cli.Sources;
using Winnow.Runs;

namespace Winnow.Cli.Stored;

/// <summary>Versions of Winnow as people read them.</summary>
internal static class VersionText
{
    private const int BuildDigits = 8;

    /// <summary>The one that began a run.</summary>
    public static string Of(RunIdentity identity) => Of(identity.Version, identity.Build);

    /// <summary>This one.</summary>
    public static string This => Of(ThisBuild.Version, ThisBuild.Id);

    private static string Of(string version, string build) => $"Winnow {(version.Length > 0 ? version : "of an earlier version")} (build {build[..Math.Min(BuildDigits, build.Length)]})";
}
