using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Winnow.Inference.PromptCaching;

/// <summary>What a file with keys and values of some consecutive tokens must say.</summary>
/// <param name="key">Its name: SHA-256 of the model and all tokens to the chunk's end.</param>
/// <param name="tokens">The tokens.</param>
/// <param name="first">Position of the first of them.</param>
/// <param name="numbersPerToken">Keys and values of a token, in all layers.</param>
/// <remarks>
/// Layout, in the byte order of the machine, which is part of the key: eight bytes of magic, version, first position,
/// tokens, numbers a token (32 bits each), eight bytes of zeros, the key, the tokens, the numbers token by token, and the SHA-256 of all that.
/// </remarks>
internal readonly ref struct PromptChunk(ReadOnlySpan<byte> key, ReadOnlySpan<int> tokens, int first, int numbersPerToken)
{
    private const int Version = 1;
    private const int FrontBytes = 32;

    /// <summary>Its name.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>Its tokens.</summary>
    public ReadOnlySpan<int> Tokens { get; } = tokens;

    /// <summary>Bytes of a file.</summary>
    public static int FileBytes(int tokens, int numbersPerToken) => checked(NumbersAt(tokens) + (tokens * numbersPerToken * sizeof(float)) + SHA256.HashSizeInBytes);

    /// <summary>The numbers of a file.</summary>
    public Span<float> Numbers(Span<byte> file) => MemoryMarshal.Cast<byte, float>(file[NumbersAt(Tokens.Length)..^SHA256.HashSizeInBytes]);

    /// <summary>The key of what follows.</summary>
    /// <param name="before">Key of what stands before; of the model at first.</param>
    /// <param name="tokens">The next tokens.</param>
    /// <param name="key">Receives 32 bytes; may be where <paramref name="before"/> is.</param>
    public static void NextKey(ReadOnlySpan<byte> before, ReadOnlySpan<int> tokens, Span<byte> key)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(before);
        hash.AppendData(MemoryMarshal.AsBytes(tokens));
        hash.GetHashAndReset(key);
    }

    /// <summary>Fills in all but the numbers.</summary>
    public void Complete(Span<byte> file)
    {
        WriteFront(file);
        SHA256.HashData(file[..^SHA256.HashSizeInBytes], file[^SHA256.HashSizeInBytes..]);
    }

    /// <summary>What is wrong with a file; null where nothing is.</summary>
    public string? Fault(Span<byte> file)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(file[..^SHA256.HashSizeInBytes], hash);
        if (!hash.SequenceEqual(file[^SHA256.HashSizeInBytes..]))
        {
            return "its checksum is another";
        }
        Span<byte> front = new byte[NumbersAt(Tokens.Length)];
        WriteFront(front);
        if (!file.StartsWith(front))
        {
            return "it says that it holds something else";
        }
        return TensorPrimitives.IsFiniteAll(Numbers(file)) ? null : "a number in it is infinite or none at all";
    }

    private static int NumbersAt(int tokens) => FrontBytes + SHA256.HashSizeInBytes + (tokens * sizeof(int));

    private void WriteFront(Span<byte> file)
    {
        file[..FrontBytes].Clear();
        "winnowkv"u8.CopyTo(file);
        ReadOnlySpan<int> sizes = [Version, first, Tokens.Length, numbersPerToken];
        MemoryMarshal.AsBytes(sizes).CopyTo(file[8..]);
        Key.CopyTo(file[FrontBytes..]);
        MemoryMarshal.AsBytes(Tokens).CopyTo(file[(FrontBytes + SHA256.HashSizeInBytes)..]);
    }
}
