using Winnow.Inference.Decoders;
using Winnow.Inference.Sessions;
using Winnow.Models;

namespace Winnow.Inference;

/// <summary>Memory that a session of a decoder takes beside the weights, known before anything is allocated. Unit: bytes.</summary>
/// <param name="KeyValueBytes">Keys and values of the most tokens that it may hold, shared ones once.</param>
/// <param name="RowBytes">Logits and hidden states of the last position of the most rows that it may have.</param>
/// <param name="ScratchBytes">What passes through the blocks work in, for all threads.</param>
/// <remarks>
/// Keys and values are allocated page by page as tokens come, so a session that stays small takes less. A pass that
/// reads all positions keeps their logits or hidden states until the next one; they are checked when it is asked for.
/// </remarks>
public sealed record SessionMemory(long KeyValueBytes, long RowBytes, long ScratchBytes)
{
    /// <summary>All of it.</summary>
    public long Bytes => KeyValueBytes + RowBytes + ScratchBytes;

    /// <summary>The most that a session may take.</summary>
    /// <param name="settings">The decoder.</param>
    /// <param name="options">The session's limits.</param>
    public static SessionMemory Of(DecoderSettings settings, SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        int threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        long numbers = ((long)settings.Width * 2) + (((long)settings.Heads * 2) + (2L * settings.KeyValueHeads)) * settings.HeadWidth + (2L * settings.FeedForwardWidth);
        return new SessionMemory(
            options.MaxCachedTokens * TokenBytes(settings),
            options.MaxRows * ResultBytes(settings, hiddens: 1, logits: 1),
            (threads + 1L) * DecoderPass.MaxTokens * numbers * sizeof(float));
    }

    /// <summary>Keys and values of one token.</summary>
    internal static long TokenBytes(DecoderSettings settings) =>
        PageStore.BytesOfPage(settings.Layers, settings.KeyValueHeads, settings.HeadWidth) / PageStore.PageTokens;

    /// <summary>Hidden states and logits that are kept to be read.</summary>
    internal static long ResultBytes(DecoderSettings settings, long hiddens, long logits) =>
        ((hiddens * settings.Width) + (settings.IsTokenClassifier ? 0 : logits * settings.VocabularySize)) * sizeof(float);
}
