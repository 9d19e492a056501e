using System.Buffers;
using System.Text;
using Winnow.Models;

namespace Winnow.Inference.Tokenizers;

/// <summary>
/// Byte-level byte-pair encoding, as GPT-2, Llama 3, Qwen 2 and the embedded models use it: any text becomes tokens
/// and comes back byte for byte.
/// </summary>
/// <remarks>Pieces met before are looked up, so encoding costs one look-up a word. Thread-safe.</remarks>
public sealed class BytePairVocabulary : IVocabulary
{
    private readonly string?[] _names;
    private readonly byte[][] _bytes;
    private readonly bool[] _isSpecial;
    private readonly int[] _tokenOfByte = new int[256];
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<byte[], int>? _wholePieces;
    private readonly AddedTokenMatcher[] _added;
    private readonly Splitter[] _splitters;
    private readonly BytePairMerges _merges;
    private readonly PieceCache _cache = new();
    private readonly TokenizerDefinition _definition;

    internal BytePairVocabulary(TokenizerDefinition definition, TokenizerSettings settings, string source)
    {
        _definition = definition;
        _names = definition.Names;
        _merges = new BytePairMerges(definition.Merges);
        _splitters = [.. definition.Splitters];
        _bytes = new byte[_names.Length][];
        _isSpecial = new bool[_names.Length];
        _ids = new Dictionary<string, int>(_names.Length, StringComparer.Ordinal);
        Array.Fill(_tokenOfByte, -1);
        for (int id = 0; id < _names.Length; id++)
        {
            _bytes[id] = _names[id] is { } name ? ByteAlphabet.Decode(name) : [];
            if (_names[id] is { } known)
            {
                _ids[known] = id;
            }
        }
        foreach (AddedToken token in definition.Added)
        {
            _bytes[token.Id] = Encoding.UTF8.GetBytes(token.Content);
            _isSpecial[token.Id] = token.IsSpecial;
        }
        for (int b = 0; b < 256; b++)
        {
            string name = ByteAlphabet.Char((byte)b).ToString();
            _tokenOfByte[b] = _ids.TryGetValue(name, out int id)
                ? id
                : throw new WinnowException($"{source}: the vocabulary has no token '{name}' for byte 0x{b:X2}; a byte-level tokenizer needs one for each of the 256 bytes.");
        }
        // The first pass seeks tokens as they are written, the second those that are sought in normalised text.
        _added = [.. definition.Added.GroupBy(t => t.IsNormalized).OrderBy(g => g.Key).Select(g => new AddedTokenMatcher(g))];
        _wholePieces = definition.IgnoresMerges ? WholePieces() : null;
        BeginOfSequence = Find(settings.BeginOfSequence, "bos_token", source);
        EndOfSequence = Find(settings.EndOfSequence, "eos_token", source);
        ChatTemplate = settings.ChatTemplate;
    }

    /// <inheritdoc/>
    public int Size => _names.Length;

    /// <inheritdoc/>
    public int? BeginOfSequence { get; }

    /// <inheritdoc/>
    public int? EndOfSequence { get; }

    /// <inheritdoc/>
    public string? ChatTemplate { get; }

    /// <summary>Reads a tokenizer from a model folder or a tokenizer.json.</summary>
    /// <param name="path">The folder, or the file; tokenizer_config.json and config.json are read beside it where they are.</param>
    /// <exception cref="WinnowException">A file is missing, broken, or asks for what is not supported.</exception>
    public static BytePairVocabulary Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string file = Directory.Exists(path) ? Path.Combine(path, "tokenizer.json") : path;
        TokenizerDefinition definition = TokenizerJson.Load(file);
        return new BytePairVocabulary(definition, TokenizerSettingsJson.Load(Path.GetDirectoryName(file) ?? ".", definition.Names), file);
    }

    /// <summary>Reads a tokenizer from the text of a tokenizer.json.</summary>
    /// <param name="tokenizerJson">UTF-8 text.</param>
    /// <param name="settings">Begin and end tokens and chat template.</param>
    /// <exception cref="WinnowException">The text is broken, or asks for what is not supported.</exception>
    public static BytePairVocabulary Parse(ReadOnlyMemory<byte> tokenizerJson, TokenizerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        const string Source = "tokenizer.json";
        return new BytePairVocabulary(TokenizerJson.Parse(tokenizerJson, Source), settings, Source);
    }

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new ArrayBufferWriter<int>(Math.Max(16, text.Length));
        Encode(text.AsSpan(), tokens, addSpecialTokens);
        return tokens.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, IBufferWriter<int> tokens, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            ReadOnlySpan<byte> utf8 = buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer));
            if (addSpecialTokens)
            {
                tokens.Write(_definition.Prefix);
            }
            EncodeParts(utf8, 0, utf8.Length, 0, tokens);
            if (addSpecialTokens)
            {
                tokens.Write(_definition.Suffix);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Tokens of a text with the code points each one covers.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecialTokens">Whether the tokenizer's own begin and end tokens are added; they cover 0 to 0.</param>
    public IReadOnlyList<TokenOffsets> EncodeWithOffsets(string text, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var offsets = new OffsetBuilder(this, utf8, _definition.AddsPrefixSpace, _definition.TrimsOffsets);
        if (addSpecialTokens)
        {
            offsets.AddOutside(_definition.Prefix);
        }
        AddOffsets(utf8, 0, utf8.Length, 0, offsets);
        if (addSpecialTokens)
        {
            offsets.AddOutside(_definition.Suffix);
        }
        return offsets.Build();
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, tokens.Length * 4));
        foreach (int token in tokens)
        {
            Check(token);
            if (!skipSpecialTokens || !_isSpecial[token])
            {
                bytes.Write(_bytes[token]);
            }
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(int token)
    {
        Check(token);
        return _isSpecial[token] ? [] : _bytes[token];
    }

    /// <inheritdoc/>
    public bool IsSpecial(int token)
    {
        Check(token);
        return _isSpecial[token];
    }

    /// <inheritdoc/>
    public bool TryFind(string name, out int token) => _ids.TryGetValue(name, out token);

    /// <inheritdoc/>
    public string Name(int token)
    {
        Check(token);
        return _names[token] ?? "";
    }

    /// <summary>The bytes a token is written with, special ones included.</summary>
    internal ReadOnlySpan<byte> WrittenBytes(int token) => _bytes[token];

    private void Check(int token)
    {
        if ((uint)token >= (uint)_names.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(token), token, $"The vocabulary has tokens 0 to {_names.Length - 1}.");
        }
    }

    private int? Find(string? name, string what, string source) =>
        name is null ? null
        : _ids.TryGetValue(name, out int id) ? id
        : throw new WinnowException($"{source}: the {what} '{name}' is not in the vocabulary.");

    private Dictionary<byte[], int> WholePieces()
    {
        var pieces = new Dictionary<byte[], int>(ByteComparer.Instance);
        for (int id = 0; id < _bytes.Length; id++)
        {
            if (_bytes[id].Length > 0)
            {
                pieces.TryAdd(_bytes[id], id);
            }
        }
        return pieces;
    }

    private void EncodeParts(ReadOnlySpan<byte> text, int from, int to, int pass, IBufferWriter<int> tokens)
    {
        if (pass == _added.Length)
        {
            EncodeSegment(text[from..to], tokens);
            return;
        }
        while (from < to)
        {
            AddedToken? found = _added[pass].Next(text, from, to, out int start, out int end);
            EncodeParts(text, from, start, pass + 1, tokens);
            if (found is null)
            {
                break;
            }
            tokens.GetSpan(1)[0] = found.Id;
            tokens.Advance(1);
            from = end;
        }
    }

    private void AddOffsets(byte[] text, int from, int to, int pass, OffsetBuilder offsets)
    {
        if (pass == _added.Length)
        {
            var tokens = new ArrayBufferWriter<int>();
            EncodeSegment(text.AsSpan(from, to - from), tokens);
            offsets.AddSegment(from, tokens.WrittenSpan);
            return;
        }
        while (from < to)
        {
            AddedToken? found = _added[pass].Next(text, from, to, out int start, out int end);
            AddOffsets(text, from, start, pass + 1, offsets);
            if (found is null)
            {
                break;
            }
            offsets.AddToken(found.Id, start, end);
            from = end;
        }
    }

    private void EncodeSegment(ReadOnlySpan<byte> segment, IBufferWriter<int> tokens)
    {
        if (segment.IsEmpty)
        {
            return;
        }
        if (!_definition.AddsPrefixSpace || segment[0] == (byte)' ')
        {
            EncodePieces(segment, 0, tokens);
            return;
        }
        byte[] spaced = ArrayPool<byte>.Shared.Rent(segment.Length + 1);
        spaced[0] = (byte)' ';
        segment.CopyTo(spaced.AsSpan(1));
        EncodePieces(spaced.AsSpan(0, segment.Length + 1), 0, tokens);
        ArrayPool<byte>.Shared.Return(spaced);
    }

    private void EncodePieces(ReadOnlySpan<byte> text, int level, IBufferWriter<int> tokens)
    {
        if (level == _splitters.Length)
        {
            tokens.Write(EncodePiece(text));
            return;
        }
        Splitter splitter = _splitters[level];
        while (!text.IsEmpty)
        {
            int length = splitter.FirstPiece(text);
            EncodePieces(text[..length], level + 1, tokens);
            text = text[length..];
        }
    }

    private int[] EncodePiece(ReadOnlySpan<byte> piece)
    {
        if (_cache.TryGet(piece, out int[]? known))
        {
            return known;
        }
        int[] tokens;
        if (_wholePieces is not null
            && _wholePieces.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(piece, out int whole))
        {
            tokens = [whole];
        }
        else
        {
            tokens = new int[piece.Length];
            for (int i = 0; i < piece.Length; i++)
            {
                tokens[i] = _tokenOfByte[piece[i]];
            }
            tokens = _merges.Apply(tokens);
        }
        _cache.Add(piece, tokens);
        return tokens;
    }
}
