using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Winnow.Inference.Checkpoints.Gguf;

/// <summary>
/// The metadata of a GGUF file: values by key, among them the tokenizer's. They are walked and checked when the file is
/// opened, copied out of it once, and made into numbers and texts when they are asked for. Immutable and thread-safe.
/// </summary>
public sealed class GgufMetadata
{
    private const int MaxKeyBytes = 65_535;
    private const int MaxDepth = 4;

    // Kept in one array; real files have a few megabytes.
    private const long MaxBytes = 1 << 30;

    private static readonly UTF8Encoding Utf8Lenient = new(encoderShouldEmitUTF8Identifier: false);

    private readonly FrozenDictionary<string, Entry> _entries;
    private readonly byte[] _bytes;

    private GgufMetadata(IReadOnlyList<string> keys, Dictionary<string, Entry> entries, byte[] bytes, string source)
    {
        Keys = keys;
        _entries = entries.ToFrozenDictionary(StringComparer.Ordinal);
        _bytes = bytes;
        Source = source;
    }

    /// <summary>The file, for error messages.</summary>
    public string Source { get; }

    /// <summary>All keys in the order of the file.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Whether a key is there.</summary>
    public bool Has(string key) => _entries.ContainsKey(key);

    /// <summary>The kind of a value, and how many an array holds (1 where it is none).</summary>
    /// <exception cref="WinnowException">There is no such key.</exception>
    public (GgufValueKind Kind, GgufValueKind ElementKind, int Count) Describe(string key)
    {
        Entry entry = Find(key);
        return (entry.Kind, entry.ElementKind, entry.Count);
    }

    /// <summary>A text.</summary>
    /// <exception cref="WinnowException">There is no such key, or it holds something else.</exception>
    public string Text(string key) => TextAt(Require(key, GgufValueKind.Text, "a text").Offset, out _);

    /// <summary>A text; null where the key is absent.</summary>
    /// <exception cref="WinnowException">The key holds something else.</exception>
    public string? OptionalText(string key) => Has(key) ? Text(key) : null;

    /// <summary>An array of texts. Bytes that are no UTF-8 become replacement characters.</summary>
    /// <exception cref="WinnowException">There is no such key, or it holds something else.</exception>
    public string[] Texts(string key)
    {
        Entry entry = RequireArray(key, GgufValueKind.Text, "an array of texts");
        var texts = new string[entry.Count];
        int at = entry.Offset;
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = TextAt(at, out at);
        }
        return texts;
    }

    /// <summary>An array of texts as they stand in the file, one after the other, without an object for each; they need not be well-formed.</summary>
    /// <exception cref="WinnowException">There is no such key, or it holds something else.</exception>
    internal GgufTexts Utf8Texts(string key)
    {
        Entry entry = RequireArray(key, GgufValueKind.Text, "an array of texts");
        return new GgufTexts(_bytes.AsSpan(entry.Offset), entry.Count);
    }

    /// <summary>A whole number, of whatever integer kind.</summary>
    /// <exception cref="WinnowException">There is no such key, it holds something else, or it lies outside the range.</exception>
    public long Whole(string key, long min = long.MinValue, long max = long.MaxValue)
    {
        Entry entry = Find(key);
        return IntegerOf(entry.Kind, entry.Offset) is { } number && number >= min && number <= max
            ? number
            : throw Error(key, $"a whole number from {min} to {max}");
    }

    /// <summary>A whole number; the given one where the key is absent.</summary>
    /// <exception cref="WinnowException">The key holds something else, or lies outside the range.</exception>
    public long Whole(string key, long min, long max, long absent) => Has(key) ? Whole(key, min, max) : absent;

    /// <summary>A finite number, of whatever kind.</summary>
    /// <exception cref="WinnowException">There is no such key, or it holds something else.</exception>
    public double Number(string key)
    {
        Entry entry = Find(key);
        double? number = NumberOf(entry.Kind, entry.Offset);
        return number is { } value && double.IsFinite(value) ? value : throw Error(key, "a finite number");
    }

    /// <summary>A finite number; the given one where the key is absent.</summary>
    /// <exception cref="WinnowException">The key holds something else.</exception>
    public double Number(string key, double absent) => Has(key) ? Number(key) : absent;

    /// <summary>True or false; the given one where the key is absent.</summary>
    /// <exception cref="WinnowException">The key holds something else.</exception>
    public bool Flag(string key, bool absent) => Has(key) ? _bytes[Require(key, GgufValueKind.Flag, "true or false").Offset] != 0 : absent;

    /// <summary>An array of integers of whatever kind.</summary>
    /// <exception cref="WinnowException">There is no such key, or it holds something else.</exception>
    public long[] Integers(string key) => Elements(key, "an array of whole numbers", IntegerOf);

    /// <summary>An array of numbers of whatever kind; they may be infinite or NaN.</summary>
    /// <exception cref="WinnowException">There is no such key, or it holds something else.</exception>
    public double[] Numbers(string key) => Elements(key, "an array of numbers", NumberOf);

    /// <summary>The error that says what was expected of a key.</summary>
    internal WinnowException Error(string key, string expected) =>
        new($"{Source}: metadata '{key}' is {(Has(key) ? Shown(_entries[key]) : "missing")}; it must be {expected}.");

    /// <summary>Walks the metadata of a mapped file.</summary>
    /// <param name="cursor">Stands at the first key.</param>
    /// <param name="start">First byte of the file.</param>
    /// <param name="count">Number of keys.</param>
    /// <param name="source">The file's name.</param>
    internal static unsafe GgufMetadata Read(GgufCursor cursor, byte* start, long count, string source)
    {
        long from = cursor.Position;
        List<string> keys = [];
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            string key = ReadKey(cursor);
            long at = cursor.Position;
            GgufValueKind kind = ReadKind(cursor, $"the kind of '{key}'");
            Entry entry = kind == GgufValueKind.Array ? ReadArray(cursor, key, from) : ReadScalar(cursor, key, kind, from);
            if (!entries.TryAdd(key, entry))
            {
                throw cursor.Error(at, $"metadata '{key}' is given twice");
            }
            keys.Add(key);
        }
        long bytes = cursor.Position - from;
        if (bytes > MaxBytes)
        {
            throw cursor.Error(from, $"the metadata takes {bytes} bytes; at most {MaxBytes} are supported");
        }
        return new GgufMetadata(keys, entries, new ReadOnlySpan<byte>(start + from, (int)bytes).ToArray(), source);
    }

    private static string ReadKey(GgufCursor cursor)
    {
        long at = cursor.Position;
        ReadOnlySpan<byte> bytes = cursor.Text("a metadata key");
        return bytes.Length is > 0 and <= MaxKeyBytes && Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw cursor.Error(at, $"a metadata key must be UTF-8 text of 1 to {MaxKeyBytes} bytes");
    }

    private static GgufValueKind ReadKind(GgufCursor cursor, string what)
    {
        long at = cursor.Position;
        uint kind = cursor.UInt32(what);
        return kind <= (uint)GgufValueKind.F64 ? (GgufValueKind)kind : throw cursor.Error(at, $"{what} is {kind}; there are kinds 0 to 12");
    }

    private static Entry ReadScalar(GgufCursor cursor, string key, GgufValueKind kind, long from)
    {
        long offset = cursor.Position - from;
        SkipValue(cursor, kind, $"metadata '{key}'");
        return new Entry(kind, kind, 1, (int)offset);
    }

    private static Entry ReadArray(GgufCursor cursor, string key, long from)
    {
        string what = $"the array '{key}'";
        GgufValueKind kind = ReadKind(cursor, $"the element kind of '{key}'");
        long count = cursor.Count(LeastBytes(kind), $"the length of {what}");
        long offset = cursor.Position - from;
        SkipElements(cursor, kind, count, what, 1);
        return new Entry(GgufValueKind.Array, kind, (int)count, (int)offset);
    }

    private static void SkipElements(GgufCursor cursor, GgufValueKind kind, long count, string what, int depth)
    {
        if (kind is not (GgufValueKind.Text or GgufValueKind.Array))
        {
            cursor.Skip(count * SizeOf(kind), what);
            return;
        }
        if (depth > MaxDepth)
        {
            throw cursor.Error(cursor.Position, $"{what} is nested more than {MaxDepth} deep");
        }
        string text = $"a text of {what}";
        for (long i = 0; i < count; i++)
        {
            if (kind == GgufValueKind.Text)
            {
                _ = cursor.Text(text);
                continue;
            }
            GgufValueKind inner = ReadKind(cursor, $"an element kind of {what}");
            SkipElements(cursor, inner, cursor.Count(LeastBytes(inner), $"a length in {what}"), what, depth + 1);
        }
    }

    private static void SkipValue(GgufCursor cursor, GgufValueKind kind, string what)
    {
        if (kind == GgufValueKind.Text)
        {
            _ = cursor.Text(what);
        }
        else
        {
            cursor.Skip(SizeOf(kind), what);
        }
    }

    private static int LeastBytes(GgufValueKind kind) => kind switch
    {
        GgufValueKind.Text => 8,
        GgufValueKind.Array => 12,
        _ => SizeOf(kind),
    };

    private static int SizeOf(GgufValueKind kind) => kind switch
    {
        GgufValueKind.U8 or GgufValueKind.I8 or GgufValueKind.Flag => 1,
        GgufValueKind.U16 or GgufValueKind.I16 => 2,
        GgufValueKind.U32 or GgufValueKind.I32 or GgufValueKind.F32 => 4,
        _ => 8,
    };

    private Entry Find(string key) => _entries.TryGetValue(key, out Entry entry)
        ? entry
        : throw new WinnowException($"{Source}: metadata '{key}' is missing.");

    private Entry Require(string key, GgufValueKind kind, string expected)
    {
        Entry entry = Find(key);
        return entry.Kind == kind ? entry : throw Error(key, expected);
    }

    private Entry RequireArray(string key, GgufValueKind elements, string expected)
    {
        Entry entry = Require(key, GgufValueKind.Array, expected);
        return entry.ElementKind == elements || entry.Count == 0 ? entry : throw Error(key, expected);
    }

    private T[] Elements<T>(string key, string expected, Func<GgufValueKind, int, T?> read)
        where T : struct
    {
        Entry entry = Require(key, GgufValueKind.Array, expected);
        var values = new T[entry.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = read(entry.ElementKind, entry.Offset + (i * LeastBytes(entry.ElementKind))) ?? throw Error(key, expected);
        }
        return values;
    }

    private string TextAt(int offset, out int end)
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(offset));
        end = offset + 8 + length;
        return Utf8Lenient.GetString(_bytes, offset + 8, length);
    }

    private long? IntegerOf(GgufValueKind kind, int offset) => kind switch
    {
        GgufValueKind.U8 => _bytes[offset],
        GgufValueKind.I8 => (sbyte)_bytes[offset],
        GgufValueKind.U16 => Value<ushort>(offset),
        GgufValueKind.I16 => Value<short>(offset),
        GgufValueKind.U32 => Value<uint>(offset),
        GgufValueKind.I32 => Value<int>(offset),
        GgufValueKind.I64 => Value<long>(offset),
        GgufValueKind.U64 when Value<ulong>(offset) <= long.MaxValue => (long)Value<ulong>(offset),
        _ => null,
    };

    private double? NumberOf(GgufValueKind kind, int offset) => kind switch
    {
        GgufValueKind.F32 => Value<float>(offset),
        GgufValueKind.F64 => Value<double>(offset),
        GgufValueKind.U64 => Value<ulong>(offset),
        _ => IntegerOf(kind, offset),
    };

    private T Value<T>(int offset)
        where T : unmanaged => MemoryMarshal.Read<T>(_bytes.AsSpan(offset));

    private string Shown(Entry entry)
    {
        if (entry.Kind == GgufValueKind.Array)
        {
            return $"an array of {entry.Count} × {entry.ElementKind}";
        }
        if (entry.Kind == GgufValueKind.Text)
        {
            string text = TextAt(entry.Offset, out _);
            return $"\"{(text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}…")}\"";
        }
        return entry.Kind == GgufValueKind.Flag ? _bytes[entry.Offset] != 0 ? "true" : "false" : $"{NumberOf(entry.Kind, entry.Offset)}";
    }

    private readonly record struct Entry(GgufValueKind Kind, GgufValueKind ElementKind, int Count, int Offset);
}
