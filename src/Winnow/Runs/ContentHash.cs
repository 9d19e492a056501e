using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Winnow.Tasks;

namespace Winnow.Runs;

/// <summary>Names for content: equal content, equal name.</summary>
/// <remarks>SHA-256 over the parts, each with its length before it, so that no two lists of parts read alike.</remarks>
public static class ContentHash
{
    /// <summary>The hash of a list of texts, in 64 lower-case hexadecimal digits. Null and empty differ.</summary>
    public static string Of(params ReadOnlySpan<string?> parts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string? part in parts)
        {
            byte[] bytes = part is null ? [] : Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, part is null ? -1 : bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The hash of what a model reads for a problem.</summary>
    public static string OfPrompt(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Of(problem.Prompt)[..32];
    }

    /// <summary>The hash of a set of problems: their ids, prompts, right answers and choices, in order.</summary>
    public static string OfProblems(IEnumerable<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        List<string?> parts = [];
        foreach (Problem problem in problems)
        {
            parts.AddRange([problem.Id, problem.Prompt, problem.Target, .. problem.Choices, null]);
        }
        return Of([.. parts]);
    }

    /// <summary>The hash of files' contents, in the order given.</summary>
    /// <exception cref="WinnowException">A file cannot be read.</exception>
    public static string OfFiles(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        List<string?> parts = [];
        foreach (string path in paths)
        {
            try
            {
                using FileStream stream = File.OpenRead(path);
                parts.AddRange([Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(stream))]);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new WinnowException($"{path}: the file cannot be read ({error.Message}).", error);
            }
        }
        return Of([.. parts]);
    }
}
