using Winnow.Embedded;

namespace Winnow.Cli.Sources;

/// <summary>The manifest of what is bundled, or the reason why it cannot be read. Help must work without it.</summary>
internal static class Manifest
{
    private static readonly Lazy<(EmbeddedManifest? Value, string? Problem)> Read = new(() =>
    {
        try
        {
            return (EmbeddedManifest.Default, null);
        }
        catch (WinnowException error)
        {
            return (null, error.Message);
        }
    });

    /// <summary>The manifest; null where it cannot be read.</summary>
    public static EmbeddedManifest? OrNull => Read.Value.Value;

    /// <summary>The manifest.</summary>
    /// <exception cref="WinnowException">It cannot be read.</exception>
    public static EmbeddedManifest Required => OrNull ?? throw new WinnowException(Read.Value.Problem!);
}
