using System.Buffers.Binary;
using System.Text;

namespace Winnow.Torch.Native;

/// <summary>A symbol version that a shared library asks of another one.</summary>
/// <param name="Library">File name of the library that must define it, for example <c>libstdc++.so.6</c>.</param>
/// <param name="Version">Name of the version, for example <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Index">Number by which dynamic symbols refer to it.</param>
/// <param name="IsWeak">Whether the dynamic loader tolerates its absence.</param>
/// <param name="FlagsOffset">Byte offset in the file of its 16-bit flags.</param>
public sealed record VersionNeed(string Library, string Version, int Index, bool IsWeak, int FlagsOffset);

/// <summary>
/// The symbol-version tables of a 64-bit little-endian ELF shared library. Every offset and count is checked
/// against the file before it is followed, every chain is bounded, so a broken or hostile file ends in an error
/// that names the byte.
/// </summary>
/// <remarks>Source: System V ABI, chapters 4 and 5, and the Linux Standard Base, symbol versioning. Cost: O(file size) at most.</remarks>
public sealed class ElfFile
{
    private const uint SectionVersionDefinitions = 0x6ffffffd;
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const uint SectionVersionOfSymbols = 0x6fffffff;
    private const uint SectionDynamicSymbols = 11;
    private const uint SectionStrings = 3;
    private const uint SectionRelocationsWithAddend = 4;
    private const uint SectionRelocations = 9;
    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const int MaxEntries = 1 << 16;
    private const int MaxNameLength = 1 << 12;
    private const ushort WeakFlag = 0x2;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string _name;
    private readonly List<Section> _sections;

    private readonly record struct Section(uint Type, int Offset, int Size, int Link, int Info);

    private ElfFile(ReadOnlyMemory<byte> bytes, string name)
    {
        _bytes = bytes;
        _name = name;
        _sections = ReadSections();
    }

    /// <summary>Reads the header and the section table.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="WinnowException">Not a 64-bit little-endian ELF file, or truncated.</exception>
    public static ElfFile Parse(ReadOnlyMemory<byte> bytes, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new ElfFile(bytes, name);
    }

    /// <summary>The versions this library asks of others, in file order.</summary>
    /// <exception cref="WinnowException">The table is broken.</exception>
    public IReadOnlyList<VersionNeed> VersionNeeds()
    {
        List<VersionNeed> needs = [];
        if (Find(SectionVersionNeeds) is not { } section)
        {
            return needs;
        }
        Section strings = StringsOf(section);
        int entry = 0;
        for (int i = 0; i < section.Info; i++)
        {
            int at = Inside(section, entry, 16);
            int count = U16(at + 2);
            string library = Text(strings, U32(at + 4));
            int aux = Step(entry, U32(at + 8), section);
            for (int j = 0; j < count; j++)
            {
                int auxAt = Inside(section, aux, 16);
                ushort flags = U16(auxAt + 4);
                needs.Add(new VersionNeed(library, Text(strings, U32(auxAt + 8)), U16(auxAt + 6) & 0x7fff, (flags & WeakFlag) != 0, auxAt + 4));
                if (needs.Count > MaxEntries)
                {
                    throw Broken(auxAt, "more version entries than any library has");
                }
                uint next = U32(auxAt + 12);
                if (next == 0 && j + 1 < count)
                {
                    throw Broken(auxAt + 12, $"the list of versions ends after {j + 1} of {count} entries");
                }
                aux = Step(aux, next, section);
            }
            uint following = U32(at + 12);
            if (following == 0 && i + 1 < section.Info)
            {
                throw Broken(at + 12, $"the list of libraries ends after {i + 1} of {section.Info} entries");
            }
            entry = Step(entry, following, section);
        }
        return needs;
    }

    /// <summary>Names of the versions this library defines.</summary>
    /// <exception cref="WinnowException">The table is broken.</exception>
    public IReadOnlySet<string> VersionDefinitions()
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        if (Find(SectionVersionDefinitions) is not { } section)
        {
            return names;
        }
        Section strings = StringsOf(section);
        int entry = 0;
        for (int i = 0; i < section.Info; i++)
        {
            int at = Inside(section, entry, 20);
            if (U16(at + 6) > 0)
            {
                int aux = Inside(section, Step(entry, U32(at + 12), section), 8);
                names.Add(Text(strings, U32(aux)));
            }
            uint next = U32(at + 16);
            if (next == 0 && i + 1 < section.Info)
            {
                throw Broken(at + 16, $"the list of definitions ends after {i + 1} of {section.Info} entries");
            }
            entry = Step(entry, next, section);
        }
        return names;
    }

    /// <summary>The first symbol of a version that the loader would have to find; null where the version can be missing.</summary>
    /// <remarks>
    /// A compiler leaves undefined symbols behind that nothing refers to (GCC 13's <c>ios_base_library_init</c>, which
    /// only ties a program to the C++ runtime). The loader looks a symbol up when a relocation names it, never else.
    /// </remarks>
    /// <param name="versionIndex">Number of the version, from <see cref="VersionNeed.Index"/>.</param>
    /// <exception cref="WinnowException">The tables are missing or broken, so that nothing can be said.</exception>
    public string? FirstUsedSymbol(int versionIndex)
    {
        int table = _sections.FindIndex(section => section.Type == SectionDynamicSymbols);
        if (table < 0)
        {
            throw Broken(0, "it has no table of dynamic symbols");
        }
        Section symbols = _sections[table];
        Section versions = Find(SectionVersionOfSymbols) ?? throw Broken(0, "it has no table of symbol versions");
        Section strings = StringsOf(symbols);
        int count = symbols.Size / SymbolSize;
        if (versions.Size / 2 != count)
        {
            throw Broken(versions.Offset, $"{versions.Size / 2} symbol versions stand beside {count} dynamic symbols");
        }
        HashSet<long> referenced = RelocatedSymbols(table, count);
        for (int i = 0; i < count; i++)
        {
            if ((U16(versions.Offset + i * 2) & 0x7fff) != versionIndex)
            {
                continue;
            }
            int symbol = symbols.Offset + i * SymbolSize;
            bool isDefinedHere = U16(symbol + 6) != 0;
            if (isDefinedHere || referenced.Contains(i))
            {
                return Text(strings, U32(symbol));
            }
        }
        return null;
    }

    private HashSet<long> RelocatedSymbols(int symbolTable, int symbolCount)
    {
        HashSet<long> referenced = [];
        foreach (Section section in _sections)
        {
            if (section.Type is not (SectionRelocationsWithAddend or SectionRelocations) || section.Link != symbolTable)
            {
                continue;
            }
            int size = section.Type == SectionRelocationsWithAddend ? 24 : 16;
            for (int at = section.Offset; at + size <= section.Offset + section.Size; at += size)
            {
                uint symbol = U32(at + 12);
                if (symbol >= symbolCount)
                {
                    throw Broken(at, $"a relocation names symbol {symbol} of {symbolCount}");
                }
                referenced.Add(symbol);
            }
        }
        return referenced;
    }

    private List<Section> ReadSections()
    {
        ReadOnlySpan<byte> bytes = _bytes.Span;
        if (bytes.Length < HeaderSize)
        {
            throw Broken(bytes.Length, $"it ends inside the {HeaderSize}-byte header");
        }
        if (!bytes[..4].SequenceEqual("\u007fELF"u8))
        {
            throw Broken(0, "it does not begin with 7F 45 4C 46");
        }
        if (bytes[4] != 2 || bytes[5] != 1)
        {
            throw Broken(4, "it is not a 64-bit little-endian file");
        }
        int count = U16(60);
        if (U16(58) != SectionHeaderSize || count == 0)
        {
            throw Broken(58, "it has no section table of the usual entry size");
        }
        long table = Offset(40);
        if (table + (long)count * SectionHeaderSize > bytes.Length)
        {
            throw Broken(40, "its section table lies outside the file");
        }
        List<Section> sections = new(count);
        for (int i = 0; i < count; i++)
        {
            int at = (int)table + i * SectionHeaderSize;
            uint type = U32(at + 4);
            // Sections of other kinds may have any extent (.bss has no bytes in the file); they are never followed.
            bool isRead = type is SectionVersionDefinitions or SectionVersionNeeds or SectionVersionOfSymbols or SectionDynamicSymbols
                or SectionStrings or SectionRelocationsWithAddend or SectionRelocations;
            if (!isRead)
            {
                sections.Add(new Section(type, 0, 0, 0, 0));
                continue;
            }
            long offset = Offset(at + 24);
            long size = Offset(at + 32);
            if (offset + size > bytes.Length)
            {
                throw Broken(at + 24, $"section {i} reaches to byte {offset + size} of {bytes.Length}");
            }
            uint info = U32(at + 44);
            bool isInfoACount = type is SectionVersionDefinitions or SectionVersionNeeds;
            if (isInfoACount && info > MaxEntries)
            {
                throw Broken(at + 44, $"section {i} claims {info} entries");
            }
            sections.Add(new Section(type, (int)offset, (int)size, (int)Math.Min(U32(at + 40), int.MaxValue), (int)Math.Min(info, MaxEntries)));
        }
        return sections;
    }

    private Section? Find(uint type)
    {
        foreach (Section section in _sections)
        {
            if (section.Type == type)
            {
                return section;
            }
        }
        return null;
    }

    private Section StringsOf(Section section)
    {
        if (section.Link >= _sections.Count || _sections[section.Link].Type != SectionStrings)
        {
            throw Broken(section.Offset, "its section names no string table");
        }
        return _sections[section.Link];
    }

    private string Text(Section strings, uint offset)
    {
        if (offset >= strings.Size)
        {
            throw Broken(strings.Offset, $"a name begins at byte {offset} of a string table of {strings.Size}");
        }
        ReadOnlySpan<byte> rest = _bytes.Span.Slice(strings.Offset + (int)offset, Math.Min(strings.Size - (int)offset, MaxNameLength));
        int end = rest.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(rest[..end]) : throw Broken(strings.Offset + (int)offset, $"a name has no end within {MaxNameLength} bytes");
    }

    private int Step(int from, uint by, Section section) =>
        by <= section.Size ? from + (int)by : throw Broken(section.Offset + from, $"an entry points {by} bytes ahead in a section of {section.Size}");

    private int Inside(Section section, int offset, int length) =>
        offset >= 0 && offset + (long)length <= section.Size ? section.Offset + offset : throw Broken(section.Offset, $"an entry at byte {offset} leaves its section of {section.Size}");

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.Span[at..]);

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.Span[at..]);

    private long Offset(int at)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(_bytes.Span[at..]);
        return value <= int.MaxValue ? (long)value : throw Broken(at, $"it points to byte {value} of {_bytes.Length}");
    }

    private WinnowException Broken(int at, string what) =>
        new($"{_name} is not a readable ELF library: at byte {at}, {what}. Restore the package again.");
}
