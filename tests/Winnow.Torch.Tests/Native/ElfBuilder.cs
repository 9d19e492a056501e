using System.Buffers.Binary;
using System.Text;

namespace Winnow.Torch.Tests.Native;

/// <summary>Writes small ELF shared libraries, byte by byte, with nothing but the tables that symbol versions need.</summary>
internal sealed class ElfBuilder
{
    private readonly List<(string Name, int Version, bool IsDefined, bool IsRelocated)> _symbols = [];
    private readonly List<(string Library, List<(string Version, int Index, ushort Flags)> Versions)> _needs = [];
    private readonly List<string> _definitions = [];

    public ElfBuilder Symbol(string name, int version, bool isDefined = false, bool isRelocated = false)
    {
        _symbols.Add((name, version, isDefined, isRelocated));
        return this;
    }

    public ElfBuilder Need(string library, params (string Version, int Index)[] versions)
    {
        _needs.Add((library, [.. versions.Select(v => (v.Version, v.Index, (ushort)0))]));
        return this;
    }

    public ElfBuilder Define(params string[] versions)
    {
        _definitions.AddRange(versions);
        return this;
    }

    public byte[] Build()
    {
        MemoryStream strings = new();
        strings.WriteByte(0);
        uint Text(string text)
        {
            uint begin = (uint)strings.Position;
            strings.Write(Encoding.UTF8.GetBytes(text + '\0'));
            return begin;
        }
        byte[] symbols = Symbols(Text, out byte[] versions, out byte[] relocations);
        byte[] needs = Needs(Text);
        byte[] definitions = Definitions(Text);

        const int Sections = 7;
        (uint Type, byte[] Bytes, uint Link, uint Info)[] sections =
        [
            (0, [], 0, 0),
            (3, strings.ToArray(), 0, 0),
            (11, symbols, 1, 1),
            (0x6fffffff, versions, 2, 0),
            (0x6ffffffe, needs, 1, (uint)_needs.Count),
            (4, relocations, 2, 0),
            (0x6ffffffd, definitions, 1, (uint)_definitions.Count),
        ];
        int at = 64;
        MemoryStream body = new();
        byte[] table = new byte[Sections * 64];
        for (int i = 0; i < Sections; i++)
        {
            Span<byte> header = table.AsSpan(i * 64, 64);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], sections[i].Type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], (ulong)at);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)sections[i].Bytes.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[40..], sections[i].Link);
            BinaryPrimitives.WriteUInt32LittleEndian(header[44..], sections[i].Info);
            body.Write(sections[i].Bytes);
            at += sections[i].Bytes.Length;
        }
        byte[] file = new byte[64];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), 3);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), 62);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(40), (ulong)at);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), Sections);
        return [.. file, .. body.ToArray(), .. table];
    }

    private byte[] Symbols(Func<string, uint> text, out byte[] versions, out byte[] relocations)
    {
        byte[] symbols = new byte[(_symbols.Count + 1) * 24];
        versions = new byte[(_symbols.Count + 1) * 2];
        MemoryStream relocated = new();
        for (int i = 0; i < _symbols.Count; i++)
        {
            (string name, int version, bool isDefined, bool isRelocated) = _symbols[i];
            Span<byte> symbol = symbols.AsSpan((i + 1) * 24, 24);
            BinaryPrimitives.WriteUInt32LittleEndian(symbol, text(name));
            symbol[4] = 0x12;
            BinaryPrimitives.WriteUInt16LittleEndian(symbol[6..], (ushort)(isDefined ? 7 : 0));
            BinaryPrimitives.WriteUInt16LittleEndian(versions.AsSpan((i + 1) * 2), (ushort)version);
            if (!isRelocated)
            {
                continue;
            }
            byte[] relocation = new byte[24];
            BinaryPrimitives.WriteUInt32LittleEndian(relocation.AsSpan(8), 7);
            BinaryPrimitives.WriteUInt32LittleEndian(relocation.AsSpan(12), (uint)(i + 1));
            relocated.Write(relocation);
        }
        relocations = relocated.ToArray();
        return symbols;
    }

    private byte[] Needs(Func<string, uint> text)
    {
        MemoryStream bytes = new();
        for (int i = 0; i < _needs.Count; i++)
        {
            (string library, var versions) = _needs[i];
            byte[] entry = new byte[16];
            BinaryPrimitives.WriteUInt16LittleEndian(entry, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), (ushort)versions.Count);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(4), text(library));
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(8), 16);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(12), i + 1 < _needs.Count ? (uint)(16 + versions.Count * 16) : 0);
            bytes.Write(entry);
            for (int j = 0; j < versions.Count; j++)
            {
                byte[] aux = new byte[16];
                BinaryPrimitives.WriteUInt16LittleEndian(aux.AsSpan(4), versions[j].Flags);
                BinaryPrimitives.WriteUInt16LittleEndian(aux.AsSpan(6), (ushort)versions[j].Index);
                BinaryPrimitives.WriteUInt32LittleEndian(aux.AsSpan(8), text(versions[j].Version));
                BinaryPrimitives.WriteUInt32LittleEndian(aux.AsSpan(12), j + 1 < versions.Count ? 16u : 0);
                bytes.Write(aux);
            }
        }
        return bytes.ToArray();
    }

    private byte[] Definitions(Func<string, uint> text)
    {
        MemoryStream bytes = new();
        for (int i = 0; i < _definitions.Count; i++)
        {
            byte[] entry = new byte[28];
            BinaryPrimitives.WriteUInt16LittleEndian(entry, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(4), (ushort)(i + 1));
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(6), 1);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(12), 20);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(16), i + 1 < _definitions.Count ? 28u : 0);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(20), text(_definitions[i]));
            bytes.Write(entry);
        }
        return bytes.ToArray();
    }
}
