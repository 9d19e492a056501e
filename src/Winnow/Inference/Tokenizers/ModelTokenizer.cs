using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Tokenizers.Json;
using Winnow.Inference.Tokenizers.Models;
using Winnow.Models;

namespace Winnow.Inference.Tokenizers;

/// <summary>
/// The tokenizer that a model's file describes: byte-level byte pairs (GPT-2, Llama 3, Qwen 2, SmolLM, the embedded
/// models), byte pairs over characters as SentencePiece makes them, with bytes to fall back on (Llama 2, Gemma),
/// unigram models (T5, ALBERT) and word pieces (BERT).
/// </summary>
/// <remarks>
/// Pieces met before are looked up, so encoding costs one look-up a word; others cost O(n log n) at most. Thread-safe.
/// Offsets of <see cref="Tokenizer.EncodeToTokens(string, out string?, bool, bool)"/> count UTF-16 units of the text
/// as it was given, also where the tokenizer normalises it.
/// </remarks>
public sealed class ModelTokenizer : Tokenizer, IVocabulary
{
    private readonly ByteStrings _names;
    private readonly ByteStrings _bytes;
    private readonly bool[] _isSpecial;
    private readonly TokenizerDefinition _definition;
    private readonly TextPipeline _pipeline;
    private readonly Lazy<TextPipeline> _plainPipeline;

    internal ModelTokenizer(TokenizerDefinition definition, TokenizerSettings settings, string source)
    {
        _definition = definition;
        _names = definition.Names;
        _bytes = new ByteStrings(isFound: false, _names.Count);
        _isSpecial = new bool[_names.Count];
        Dictionary<int, AddedToken> added = [];
        foreach (AddedToken token in definition.Added)
        {
            added[token.Id] = token;
            _isSpecial[token.Id] = token.IsSpecial;
        }
        FillBytes(added);
        _pipeline = new TextPipeline([.. Steps(definition, definition.Added)], definition.Model);
        _plainPipeline = new Lazy<TextPipeline>(() => new TextPipeline([.. Steps(definition, [.. definition.Added.Where(t => !t.IsSpecial)])], definition.Model));
        BeginOfSequence = Find(settings.BeginOfSequence, "bos_token", source);
        EndOfSequence = Find(settings.EndOfSequence, "eos_token", source);
        ChatTemplate = settings.ChatTemplate;
    }

    /// <inheritdoc/>
    public int Size => _names.Count;

    /// <inheritdoc/>
    public int? BeginOfSequence { get; }

    /// <inheritdoc/>
    public int? EndOfSequence { get; }

    /// <inheritdoc/>
    public string? ChatTemplate { get; }

    /// <summary>Special tokens that the tokenizer itself puts before a text.</summary>
    public ReadOnlySpan<int> Prefix => _definition.Prefix;

    /// <summary>Special tokens that the tokenizer itself puts after a text.</summary>
    public ReadOnlySpan<int> Suffix => _definition.Suffix;

    /// <summary>Reads a tokenizer from a model folder or a tokenizer.json.</summary>
    /// <param name="path">The folder, or the file; tokenizer_config.json and config.json are read beside it where they are.</param>
    /// <exception cref="WinnowException">A file is missing, broken, or asks for what is not supported.</exception>
    public static ModelTokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string file = Directory.Exists(path) ? Path.Combine(path, "tokenizer.json") : path;
        TokenizerDefinition definition = TokenizerJson.Load(file);
        return new ModelTokenizer(definition, TokenizerSettingsJson.Load(Path.GetDirectoryName(file) ?? ".", definition.Names), file);
    }

    /// <summary>Reads a tokenizer from the text of a tokenizer.json.</summary>
    /// <param name="tokenizerJson">UTF-8 text.</param>
    /// <param name="settings">Begin and end tokens and chat template.</param>
    /// <exception cref="WinnowException">The text is broken, or asks for what is not supported.</exception>
    public static ModelTokenizer Parse(ReadOnlyMemory<byte> tokenizerJson, TokenizerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        const string Source = "tokenizer.json";
        return new ModelTokenizer(TokenizerJson.Parse(tokenizerJson, Source), settings, Source);
    }

    /// <summary>Reads the tokenizer of a GGUF file: byte-level byte pairs (<c>gpt2</c>) or SentencePiece's (<c>llama</c>).</summary>
    /// <param name="metadata">The file's metadata; not needed afterwards.</param>
    /// <exception cref="WinnowException">A key is missing or broken, or asks for what is not supported; the message names it.</exception>
    public static ModelTokenizer FromGguf(GgufMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return GgufTokenizer.Read(metadata);
    }

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new ArrayBufferWriter<int>(Math.Max(16, text.Length));
        Encode(text.AsSpan(), tokens, addSpecialTokens);
        return tokens.WrittenSpan.ToArray();
    }

    /// <summary>Tokens of a text that nobody vouches for: special tokens written out in it are read as any other text.</summary>
    /// <param name="text">Any text; a surrogate without its partner counts as U+FFFD.</param>
    public int[] EncodePlain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new ArrayBufferWriter<int>(Math.Max(16, text.Length));
        _plainPipeline.Value.Run(Encoding.UTF8.GetBytes(text), tokens);
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
            _pipeline.Run(utf8, tokens);
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

    /// <summary>Tokens of a text with what each one covers.</summary>
    /// <param name="text">Any text; a surrogate without its partner counts as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether the tokenizer's own begin and end tokens are added; they cover 0 to 0.</param>
    /// <returns>Ids, names (for a unigram model's unknown token: the text it stands for) and UTF-16 units of the text as it was given.</returns>
    public IReadOnlyList<EncodedToken> EncodeToTokens(string text, bool addSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<EncodedToken> tokens = [];
        if (addSpecialTokens)
        {
            tokens.AddRange(_definition.Prefix.Select(Outside));
        }
        AppendTokens(text, tokens);
        if (addSpecialTokens)
        {
            tokens.AddRange(_definition.Suffix.Select(Outside));
        }
        return tokens;
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, tokens.Length * 4));
        var text = new StringBuilder();
        bool isFirst = true;
        bool isByteRun = false;
        foreach (int token in tokens)
        {
            Check(token);
            if (skipSpecialTokens && _isSpecial[token])
            {
                continue;
            }
            bool isByte = _definition.Texts.HasByteRuns && _bytes.Length(token) == 1 && _names.Length(token) == UnknownText.ByteNameLength;
            if (isByte != isByteRun)
            {
                AppendDecoded(bytes, text, isByteRun);
                isByteRun = isByte;
            }
            bytes.Write(isFirst && !_isSpecial[token] ? FirstBytes(token) : _bytes[token]);
            isFirst = false;
        }
        AppendDecoded(bytes, text, isByteRun);
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Decode([.. ids], skipSpecialTokens: true);
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = charsWritten = 0;
        var stream = new StreamingDecoder(this);
        int taken = 0;
        foreach (int id in ids)
        {
            string text = stream.Append(id);
            if (!text.TryCopyTo(destination[charsWritten..]))
            {
                return OperationStatus.DestinationTooSmall;
            }
            charsWritten += text.Length;
            taken++;
            idsConsumed = stream.IsComplete ? taken : idsConsumed;
        }
        string rest = stream.Flush();
        if (!rest.TryCopyTo(destination[charsWritten..]))
        {
            return OperationStatus.DestinationTooSmall;
        }
        charsWritten += rest.Length;
        idsConsumed = taken;
        return OperationStatus.Done;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(int token)
    {
        Check(token);
        return _isSpecial[token] ? [] : _bytes[token];
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> FirstBytes(int token)
    {
        ReadOnlySpan<byte> bytes = Bytes(token);
        return _definition.Texts.Start switch
        {
            TextStart.WithoutSpaces => bytes.TrimStart((byte)' '),
            TextStart.WithoutSpace when bytes.StartsWith(" "u8) => bytes[1..],
            _ => bytes,
        };
    }

    /// <inheritdoc/>
    public bool IsSpecial(int token)
    {
        Check(token);
        return _isSpecial[token];
    }

    /// <inheritdoc/>
    public bool TryFind(string name, out int token)
    {
        ArgumentNullException.ThrowIfNull(name);
        int found = _names.Find(name);
        token = Math.Max(found, 0);
        return found >= 0;
    }

    /// <inheritdoc/>
    public string Name(int token)
    {
        Check(token);
        return _names.Text(token);
    }

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        List<EncodedToken> tokens = [];
        AppendTokens(text ?? textSpan.ToString(), tokens);
        int count = Math.Min(tokens.Count, settings.MaxTokenCount);
        int length = text?.Length ?? textSpan.Length;
        return new EncodeResults<EncodedToken>
        {
            Tokens = count == tokens.Count ? tokens : tokens[..count],
            CharsConsumed = count == tokens.Count ? length : count == 0 ? 0 : tokens[count].Offset.Start.Value,
        };
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        if (settings.MaxTokenCount != int.MaxValue)
        {
            return base.EncodeToIds(text, textSpan, settings);
        }
        var tokens = new ArrayBufferWriter<int>(Math.Max(16, textSpan.Length));
        Encode(text ?? textSpan, tokens);
        return new EncodeResults<int> { Tokens = tokens.WrittenSpan.ToArray(), CharsConsumed = text?.Length ?? textSpan.Length };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var tokens = new ArrayBufferWriter<int>(Math.Max(16, textSpan.Length));
        Encode(text ?? textSpan, tokens);
        return Math.Min(tokens.WrittenCount, settings.MaxTokenCount);
    }

    private static IEnumerable<TextStep> Steps(TokenizerDefinition definition, IReadOnlyList<AddedToken> found)
    {
        ILookup<bool, AddedToken> added = found.ToLookup(t => t.IsNormalized);
        if (added[false].Any())
        {
            yield return new AddedTokenMatcher(added[false].Select(t => (Encoding.UTF8.GetBytes(t.Content), t)));
        }
        foreach (TextRewriter normalizer in definition.Normalizers)
        {
            yield return normalizer;
        }
        if (added[true].Any())
        {
            yield return new AddedTokenMatcher(added[true].Select(t => (Normalized(t.Content, definition.Normalizers), t)));
        }
        foreach (TextStep step in definition.PreTokenizers)
        {
            yield return step;
        }
    }

    private static byte[] Normalized(string content, IReadOnlyList<TextRewriter> normalizers)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(content);
        var buffer = new AlignedTextBuffer();
        foreach (TextRewriter normalizer in normalizers)
        {
            buffer.Reset(utf8.Length, isAligned: false);
            normalizer.Rewrite(new AlignedText(utf8, default, default, isStart: true), buffer);
            utf8 = buffer.Text(isStart: true).Bytes.ToArray();
        }
        return utf8;
    }

    // SentencePiece: a run of byte tokens that is no UTF-8 shows each of its bytes as broken.
    private static void AppendDecoded(ArrayBufferWriter<byte> bytes, StringBuilder text, bool isByteRun)
    {
        ReadOnlySpan<byte> written = bytes.WrittenSpan;
        if (isByteRun && !System.Text.Unicode.Utf8.IsValid(written))
        {
            text.Append('\uFFFD', written.Length);
        }
        else
        {
            text.Append(Encoding.UTF8.GetString(written));
        }
        bytes.ResetWrittenCount();
    }

    private void FillBytes(Dictionary<int, AddedToken> added)
    {
        var room = new byte[64];
        for (int id = 0; id < _names.Count; id++)
        {
            if (added.TryGetValue(id, out AddedToken? token))
            {
                _bytes.Add(Encoding.UTF8.GetBytes(token.Content));
                continue;
            }
            ReadOnlySpan<byte> name = _names[id];
            if (room.Length < name.Length + 1)
            {
                room = new byte[2 * name.Length];
            }
            _bytes.Add(name.IsEmpty ? [] : room.AsSpan(0, _definition.Texts.Bytes(name, room)));
        }
        _bytes.Trim();
    }

    private void AppendTokens(string text, List<EncodedToken> tokens)
    {
        List<TokenSpan> spans = _pipeline.RunWithSpans(Encoding.UTF8.GetBytes(text));
        int[] units = Units(text);
        for (int i = 0; i < spans.Count; i++)
        {
            TokenSpan span = spans[i];
            if (_definition.Trimming is { } trimming)
            {
                span = trimming.Apply(span, _bytes[span.Token], isFirst: i == 0);
            }
            tokens.Add(new EncodedToken(span.Token, span.Shown ?? Name(span.Token), units[span.Begin]..units[span.End]));
        }
    }

    private EncodedToken Outside(int token) => new(token, Name(token), 0..0);

    /// <summary>Where each code point begins in UTF-16, and where the last one ends.</summary>
    private static int[] Units(string text)
    {
        List<int> units = new(text.Length + 1) { 0 };
        foreach (Rune rune in text.EnumerateRunes())
        {
            units.Add(units[^1] + rune.Utf16SequenceLength);
        }
        return [.. units];
    }

    private void Check(int token)
    {
        if ((uint)token >= (uint)_names.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(token), token, $"The vocabulary has tokens 0 to {_names.Count - 1}.");
        }
    }

    private int? Find(string? name, string what, string source) =>
        name is null ? null
        : _names.Find(name) is >= 0 and var id ? id
        : throw new WinnowException($"{source}: the {what} '{name}' is not in the vocabulary.");
}
