using System.Reflection;
using Winnow.Evaluation;

namespace Winnow.Cli.Sources;

/// <summary>Which Winnow this is.</summary>
internal static class ThisBuild
{
    /// <summary>The product's version, without what a build adds to it.</summary>
    public static string Version { get; } =
        (typeof(Comparison).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+', 2)[0];

    /// <summary>Changes with every change of the library's code.</summary>
    public static string Id { get; } = typeof(Comparison).Assembly.ManifestModule.ModuleVersionId.ToString("N");
}
