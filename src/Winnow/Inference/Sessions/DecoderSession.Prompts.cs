using System.Buffers;
using System.Security.Cryptography;
using Winnow.Inference.PromptCaching;

namespace Winnow.Inference.Sessions;

/// <content>Prompts that are kept on disk.</content>
internal sealed unsafe partial class DecoderSession
{
    private const int ChunkTokens = PromptCache.ChunkTokens;

    private readonly PromptCache? _prompts;

    /// <summary>Gives a row what the folder holds of its prompt beyond what the session holds.</summary>
    /// <param name="row">The row; it ends where the prompt is held no longer.</param>
    /// <param name="prompt">The prompt.</param>
    /// <returns>The first chunk that was sought and not found; int.MaxValue where there is none.</returns>
    private int ReadPrompt(RowState row, ReadOnlySpan<int> prompt)
    {
        int chunks = prompt.Length / ChunkTokens;
        if (_prompts is null || row.Length >= chunks * ChunkTokens)
        {
            return int.MaxValue;
        }
        int missing = int.MaxValue;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        Span<byte> file = buffer.AsSpan(0, ChunkBytes);
        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes];
        _weights.Checksum.CopyTo(key);
        for (int i = 0; i < chunks && missing == int.MaxValue; i++)
        {
            PromptChunk chunk = NextChunk(prompt, i, key);
            int skipped = row.Length - (i * ChunkTokens);
            if (skipped >= ChunkTokens)
            {
                continue;
            }
            if (!_prompts.TryRead(chunk, file))
            {
                missing = i;
                continue;
            }
            ReadOnlySpan<float> numbers = chunk.Numbers(file);
            for (int t = skipped; t < ChunkTokens; t++)
            {
                int leaf = row.Leaf;
                PageSpan slot = _tree.Append(ref leaf, chunk.Tokens[t]);
                row.Leaf = leaf;
                row.Append(slot);
                _pages.Fill(slot.Page, slot.Start, numbers.Slice(t * _pages.TokenNumbers, _pages.TokenNumbers));
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return missing;
    }

    /// <summary>Keeps the chunks of a prompt from one on.</summary>
    private void WritePrompt(RowState row, ReadOnlySpan<int> prompt, int missing)
    {
        if (missing == int.MaxValue)
        {
            return;
        }
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        Memory<byte> file = buffer.AsMemory(0, ChunkBytes);
        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes];
        _weights.Checksum.CopyTo(key);
        for (int i = 0; i < prompt.Length / ChunkTokens; i++)
        {
            PromptChunk chunk = NextChunk(prompt, i, key);
            // The one that was sought may be there and broken.
            if (i < missing || (i > missing && _prompts!.Has(chunk)))
            {
                continue;
            }
            CopyOut(row, i * ChunkTokens, chunk.Numbers(file.Span));
            _prompts!.Write(chunk, file);
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private int ChunkBytes => PromptChunk.FileBytes(ChunkTokens, _pages.TokenNumbers);

    private PromptChunk NextChunk(ReadOnlySpan<int> prompt, int index, Span<byte> key)
    {
        ReadOnlySpan<int> tokens = prompt.Slice(index * ChunkTokens, ChunkTokens);
        PromptChunk.NextKey(key, tokens, key);
        return new PromptChunk(key, tokens, index * ChunkTokens, _pages.TokenNumbers);
    }

    private void CopyOut(RowState row, int first, Span<float> numbers)
    {
        int position = 0;
        foreach (PageSpan span in row.Spans.Span)
        {
            for (int slot = span.Start; slot < span.Start + span.Count; slot++, position++)
            {
                if (position >= first && position < first + ChunkTokens)
                {
                    _pages.CopyOut(span.Page, slot, numbers.Slice((position - first) * _pages.TokenNumbers, _pages.TokenNumbers));
                }
            }
        }
    }
}
