using System.Buffers.Binary;

namespace Winnow.Torch.Native;

/// <summary>
/// Makes a library loadable on a system whose C++ runtime is a little too old: a version that the system lacks and
/// of which no symbol is ever looked up is marked weak, which tells the dynamic loader not to insist on it. A
/// linker can leave such an entry behind; nothing the library calls is missing then.
/// </summary>
public static class VersionNeedPatch
{
    /// <summary>Marks missing versions weak that are not really used, in place.</summary>
    /// <param name="library">The whole file; changed by at most one bit for each version.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="isProvided">Whether the system's library (first argument) defines a version (second).</param>
    /// <returns>The versions that were marked; empty where nothing was missing.</returns>
    /// <exception cref="WinnowException">The file is broken, or a symbol really needs a missing version: no bit was changed then.</exception>
    public static IReadOnlyList<string> MarkMissingVersionsWeak(byte[] library, string name, Func<string, string, bool> isProvided)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentNullException.ThrowIfNull(isProvided);
        ElfFile elf = ElfFile.Parse(library, name);
        List<VersionNeed> missing = [.. elf.VersionNeeds().Where(need => !need.IsWeak && !isProvided(need.Library, need.Version))];
        foreach (VersionNeed need in missing)
        {
            if (elf.FirstUsedSymbol(need.Index) is { } symbol)
            {
                throw new WinnowException(
                    $"{name} needs {need.Version} of {need.Library} (symbol {symbol}), which this system's {need.Library} does not have. " +
                    $"Install a newer {need.Library} (Debian 12, Ubuntu 22.04 or later have one that is new enough).");
            }
        }
        foreach (VersionNeed need in missing)
        {
            Span<byte> flags = library.AsSpan(need.FlagsOffset, sizeof(ushort));
            BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | 0x2));
        }
        return [.. missing.Select(need => need.Version)];
    }
}
