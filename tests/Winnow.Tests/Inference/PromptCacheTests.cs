using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CsCheck;
using Winnow.Inference;
using Winnow.Inference.Decoders;
using Winnow.Inference.PromptCaching;
using Winnow.Models;
using Winnow.Testing.Models;

namespace Winnow.Tests.Inference;

public sealed class PromptCacheTests : IDisposable
{
    private static readonly DecoderSettings Shape = RandomDecoder.Settings(vocabulary: 701, context: 512);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"winnow-prompts-{Environment.ProcessId}-{TestContext.Current.Test!.UniqueID}");
    private readonly List<string> _warnings = [];

    [Fact]
    public void A_prompt_that_was_read_before_gives_the_same_bits_and_costs_only_its_end()
    {
        int[] prompt = Prompt(200);
        (float[] plain, long all) = Read(prompt, cache: null);
        (float[] first, long written) = Read(prompt, Cache());
        PromptCache again = Cache();
        (float[] second, long rest) = Read(prompt, again);
        Assert.Equal(plain, first);
        Assert.Equal(plain, second);
        Assert.Equal((200, 200, 200 - (3 * PromptCache.ChunkTokens)), (all, written, rest));
        Assert.Equal((3 * PromptCache.ChunkTokens, 0), (again.TokensRead, again.TokensWritten));
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_prompt_that_ends_with_a_chunk_still_gives_logits()
    {
        int[] prompt = Prompt(2 * PromptCache.ChunkTokens);
        (float[] plain, _) = Read(prompt, cache: null);
        _ = Read(prompt, Cache());
        (float[] cached, long rest) = Read(prompt, Cache());
        Assert.Equal(plain, cached);
        Assert.Equal(1, rest);
    }

    [Fact]
    public void Whatever_was_read_before_a_session_gives_the_same_bits() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[0, 300], Gen.Int[1, 300], Gen.Int[0, 300]).Sample(
            (firstLength, firstFork, secondLength, secondFork) =>
            {
                int[] first = Forked(firstLength, firstFork, 1);
                int[] second = Forked(secondLength, secondFork, 2);
                using DecoderModel plain = RandomDecoder.Create(Shape);
                using DecoderModel cached = RandomDecoder.Create(Shape);
                cached.PromptCache = Cache();
                Assert.Equal(Both(plain, first, second), Both(cached, first, second));
            },
            iter: 30);

    [Fact]
    public void Other_weights_share_nothing()
    {
        int[] prompt = Prompt(130);
        _ = Read(prompt, Cache());
        PromptCache other = Cache();
        _ = Read(prompt, other, seed: 2);
        Assert.Equal(0, other.TokensRead);
        Assert.Equal(4, Directory.GetFiles(_folder).Length);
    }

    [Theory]
    [InlineData("flipped", "checksum")]
    [InlineData("shorter", "bytes")]
    [InlineData("empty", "bytes")]
    [InlineData("not a number", "infinite")]
    [InlineData("other tokens", "something else")]
    public void A_broken_file_is_ignored_with_a_word_and_written_anew(string damage, string word)
    {
        int[] prompt = Prompt(70);
        (float[] plain, _) = Read(prompt, Cache());
        string path = Assert.Single(Directory.GetFiles(_folder));
        byte[] whole = File.ReadAllBytes(path);
        byte[] broken = [.. whole];
        const int TokensAt = 64;
        switch (damage)
        {
            case "flipped":
                broken[^100] ^= 1;
                break;
            case "shorter":
                broken = broken[..^1];
                break;
            case "empty":
                broken = [];
                break;
            case "not a number":
                MemoryMarshal.Write(broken.AsSpan(TokensAt + (sizeof(int) * PromptCache.ChunkTokens)), float.NaN);
                break;
            default:
                broken[TokensAt]++;
                break;
        }
        if (damage is "not a number" or "other tokens")
        {
            SHA256.HashData(broken.AsSpan(..^SHA256.HashSizeInBytes), broken.AsSpan(^SHA256.HashSizeInBytes..));
        }
        File.WriteAllBytes(path, broken);
        PromptCache cache = Cache();
        (float[] read, long tokens) = Read(prompt, cache);
        Assert.Equal(plain, read);
        Assert.Equal((70, 0), (tokens, cache.TokensRead));
        string warning = Assert.Single(_warnings);
        Assert.Contains(word, warning, StringComparison.Ordinal);
        Assert.Contains(path, warning, StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllBytes(path));
    }

    [Fact]
    public void The_folder_keeps_to_its_limit_and_what_was_used_last()
    {
        const long MostBytes = 1 << 20;
        var cache = new PromptCache(_folder, MostBytes, _warnings.Add);
        DecoderSettings wide = RandomDecoder.Settings(width: 64, heads: 8, keyValueHeads: 8, headWidth: 64, layers: 4, vocabulary: 701, context: 512);
        using DecoderModel model = RandomDecoder.Create(wide);
        model.PromptCache = cache;
        // A file has four layers, eight heads, 128 numbers for each of its tokens: a megabyte, so that a second one goes beyond.
        Assert.True(4 * 8 * 128 * sizeof(float) * PromptCache.ChunkTokens >= MostBytes);
        using ISession session = model.Open(new SessionOptions { Threads = 1 });
        session.Add(Prompt(64));
        Assert.Empty(Directory.GetFiles(_folder));

        var small = new PromptCache(_folder, MostBytes, _warnings.Add);
        using DecoderModel narrow = RandomDecoder.Create(Shape);
        narrow.PromptCache = small;
        long bytes = 0;
        for (int i = 0; i < 120; i++)
        {
            using ISession other = narrow.Open(new SessionOptions { Threads = 1 });
            other.Add(Forked(64, 0, 100 + i));
            bytes = Directory.GetFiles(_folder).Sum(f => new FileInfo(f).Length);
            Assert.InRange(bytes, 1, MostBytes);
        }
        Assert.Equal(120 * PromptCache.ChunkTokens, small.TokensWritten);
        Assert.InRange(Directory.GetFiles(_folder).Length, 1, 119);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_stops_nothing_and_is_said_once()
    {
        PromptCache cache = Cache();
        Directory.Delete(_folder);
        File.WriteAllText(_folder, "no folder any more");
        (float[] plain, _) = Read(Prompt(200), cache: null);
        (float[] read, _) = Read(Prompt(200), cache);
        Assert.Equal(plain, read);
        Assert.Single(_warnings);
        File.Delete(_folder);
        Directory.CreateDirectory(_folder);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused()
    {
        File.WriteAllText(_folder, "a file");
        Assert.Throws<WinnowException>(() => Cache());
        File.Delete(_folder);
        Directory.CreateDirectory(_folder);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private PromptCache Cache() => new(_folder, warn: _warnings.Add);

    private static int[] Prompt(int length) => Forked(length, length, 0);

    /// <summary>A prompt that begins like every other and goes its own way from a position on.</summary>
    private static int[] Forked(int length, int fork, int way) =>
        [.. Enumerable.Range(0, length).Select(i => (i < fork ? i * 7 : (i * 11) + (way * 5)) % Shape.VocabularySize)];

    private static (float[] Logits, long ForwardTokens) Read(int[] prompt, PromptCache? cache, ulong seed = 1)
    {
        using DecoderModel model = RandomDecoder.Create(Shape, seed);
        model.PromptCache = cache;
        using ISession session = model.Open(new SessionOptions { Threads = 1 });
        int row = session.Add(prompt);
        long tokens = session.ForwardTokens;
        float[] after = session.Logits(row, prompt.Length - 1).ToArray();
        session.Forward(new TokenBatch([row], [2], [3, 4]), Models.Read.AllLogits);
        return ([.. after, .. session.Logits(row, prompt.Length), .. session.Logits(row, prompt.Length + 1)], tokens);
    }

    private static float[] Both(DecoderModel model, int[] first, int[] second)
    {
        using ISession session = model.Open(new SessionOptions { Threads = 1 });
        session.Add(first);
        session.Add(second);
        session.Forward(new TokenBatch([0, 1], [1, 2], [5, 6, 7]), Models.Read.LastLogits);
        return [.. session.Logits(0, first.Length), .. session.Logits(1, second.Length + 1)];
    }
}
