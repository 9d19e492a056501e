using Winnow.Inference.Checkpoints;

namespace Winnow.Inference.PromptCaching;

/// <summary>
/// A folder with the keys and values of long prompts, so that a prefix which an earlier session read, also in another
/// process, need not go through the model again. What is read from it gives the same logits, bit for bit.
/// </summary>
/// <remarks>
/// Prompts are kept in chunks of <see cref="ChunkTokens"/> tokens, a file each, named after the SHA-256 of the weights, the
/// build of this library and all tokens up to the chunk's end: prompts that begin alike share files. Files are written
/// whole, carry a checksum, and are compared with what is expected of them before they are believed; a broken one is
/// ignored with a warning and written anew. Nobody can tell a forged file with a right checksum from a true one: the folder
/// must belong to who uses it, as the model file does. It holds the tokens of prompts in the clear. Thread-safe, and several
/// processes may share a folder.
/// </remarks>
public sealed class PromptCache
{
    /// <summary>Tokens of a chunk. Shorter prompts, and what is left of longer ones, are not kept.</summary>
    public const int ChunkTokens = 64;

    private const string Ending = ".keys-values";
    private const double KeptShare = 0.8;

    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Action<string>? _warn;
    private readonly TimeProvider _time;
    private long? _bytes;
    private bool _cannotWrite;
    private long _tokensRead;
    private long _tokensWritten;

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder; made, for its owner's eyes only, where it is not there.</param>
    /// <param name="maxBytes">Most bytes of its files; beyond them those go that were not used for longest. At least 1 MB; default 1 GB.</param>
    /// <param name="warn">Receives a sentence where a file is broken or cannot be written; null: nobody is told. May be called by several threads.</param>
    /// <param name="time">Clock that says what was used last; null: the system's.</param>
    /// <exception cref="WinnowException">The folder cannot be made.</exception>
    public PromptCache(string folder, long maxBytes = 1L << 30, Action<string>? warn = null, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1L << 20);
        Folder = folder;
        MaxBytes = maxBytes;
        _warn = warn;
        _time = time ?? TimeProvider.System;
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WinnowException($"{folder}: the folder for prompts cannot be made ({error.Message})", error);
        }
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Most bytes of its files.</summary>
    public long MaxBytes { get; }

    /// <summary>Tokens that were read from the folder instead of computed.</summary>
    public long TokensRead => Interlocked.Read(ref _tokensRead);

    /// <summary>Tokens that were written to it.</summary>
    public long TokensWritten => Interlocked.Read(ref _tokensWritten);

    /// <summary>Reads a chunk.</summary>
    /// <param name="chunk">What it must be.</param>
    /// <param name="file">Receives the whole file; as long as <see cref="PromptChunk.FileBytes"/>.</param>
    /// <returns>Whether there is one that may be used.</returns>
    internal bool TryRead(in PromptChunk chunk, Span<byte> file)
    {
        string path = PathOf(chunk);
        try
        {
            if (!File.Exists(path))
            {
                return false;
            }
            using (FileStream stream = File.OpenRead(path))
            {
                if (stream.Length != file.Length)
                {
                    Warn($"{path}: the file has {stream.Length} bytes, not {file.Length}; it is broken, and will be written anew.");
                    return false;
                }
                stream.ReadExactly(file);
            }
            if (chunk.Fault(file) is { } fault)
            {
                Warn($"{path}: {fault}; the file is broken, and will be written anew.");
                return false;
            }
            File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Warn($"{path}: the file cannot be used ({error.Message})");
            return false;
        }
        Interlocked.Add(ref _tokensRead, ChunkTokens);
        return true;
    }

    /// <summary>Whether a chunk is there, broken or not.</summary>
    internal bool Has(in PromptChunk chunk) => File.Exists(PathOf(chunk));

    /// <summary>Writes a chunk, and makes room for it.</summary>
    /// <param name="chunk">What it is.</param>
    /// <param name="file">The file; its numbers are there, the rest is filled in.</param>
    internal void Write(in PromptChunk chunk, Memory<byte> file)
    {
        if (Volatile.Read(ref _cannotWrite) || file.Length > MaxBytes)
        {
            return;
        }
        chunk.Complete(file.Span);
        string path = PathOf(chunk);
        try
        {
            WholeFile.Write(path, stream => stream.Write(file.Span));
            Interlocked.Add(ref _tokensWritten, ChunkTokens);
            lock (_lock)
            {
                _bytes = (_bytes ?? Files().Sum(f => f.Length) - file.Length) + file.Length;
                if (_bytes > MaxBytes)
                {
                    _bytes = DropOldest();
                }
            }
        }
        catch (Exception error) when (error is WinnowException or IOException or UnauthorizedAccessException)
        {
            // A cache never stops a run; one that is full or may not be written is only read from now on.
            Volatile.Write(ref _cannotWrite, true);
            Warn($"{error.Message}; prompts are not kept any more.");
        }
    }

    private IEnumerable<FileInfo> Files() => new DirectoryInfo(Folder).EnumerateFiles($"*{Ending}");

    // Other processes write too, so the folder itself is asked. Some room is made at once, or each write would drop a file.
    private long DropOldest()
    {
        DateTime now = _time.GetUtcNow().UtcDateTime;
        foreach (FileInfo abandoned in new DirectoryInfo(Folder).EnumerateFiles($"*{Ending}.*{WholeFile.Unfinished}").Where(f => now - f.LastWriteTimeUtc > AbandonedAfter))
        {
            abandoned.Delete();
        }
        FileInfo[] files = [.. Files().OrderBy(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal)];
        long bytes = files.Sum(f => f.Length);
        foreach (FileInfo file in files.TakeWhile(_ => bytes > KeptShare * MaxBytes))
        {
            bytes -= file.Length;
            file.Delete();
        }
        return bytes;
    }

    private string PathOf(in PromptChunk chunk) => Path.Combine(Folder, Convert.ToHexStringLower(chunk.Key) + Ending);

    private void Warn(string sentence) => _warn?.Invoke(sentence);
}
