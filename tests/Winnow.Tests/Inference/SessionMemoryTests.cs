using Winnow.Inference;
using Winnow.Inference.Decoders;
using Winnow.Models;
using Winnow.Testing.Models;

namespace Winnow.Tests.Inference;

public sealed class SessionMemoryTests
{
    [Fact]
    public void A_pass_over_the_limit_is_refused_with_its_numbers_and_leaves_the_session_usable()
    {
        DecoderSettings shape = RandomDecoder.Settings(context: 4096);
        using DecoderModel model = RandomDecoder.Create(shape);
        using ISession session = model.Open(new SessionOptions { MaxBytes = 200_000 });
        int row = session.Add([1, 2, 3]);
        int[] tokens = [.. Enumerable.Range(0, 3000).Select(i => i % 37)];
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => session.Forward(new TokenBatch([row], [tokens.Length], tokens), Read.LastLogits));
        Assert.Contains("3000 tokens", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MaxBytes", refused.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => session.Add(tokens));
        Assert.Equal(3, session.CachedTokens);
        session.Forward(new TokenBatch([row], [1], [4]), Read.LastLogits);
        Assert.Equal(4, session.Length(row));
    }

    [Fact]
    public void Logits_of_all_positions_count()
    {
        DecoderSettings shape = RandomDecoder.Settings(vocabulary: 5000, context: 512);
        using DecoderModel model = RandomDecoder.Create(shape);
        using ISession session = model.Open(new SessionOptions { MaxBytes = 4_000_000 });
        int row = session.Add([1]);
        int[] tokens = [.. Enumerable.Range(0, 400)];
        Assert.Throws<InvalidOperationException>(() => session.Forward(new TokenBatch([row], [400], tokens), Read.AllLogits));
        session.Forward(new TokenBatch([row], [400], tokens), Read.LastLogits);
    }

    [Fact]
    public void The_plan_of_a_session_is_the_sum_of_its_parts()
    {
        DecoderSettings shape = RandomDecoder.Settings();
        SessionMemory plan = SessionMemory.Of(shape, new SessionOptions { MaxRows = 10, MaxCachedTokens = 160, Threads = 1 });
        // Two layers, two key-value heads, six dimensions of keys, values padded to sixteen, four bytes each.
        Assert.Equal(160 * 2 * 2 * (6 + 16) * 4, plan.KeyValueBytes);
        Assert.Equal(10 * (24 + 37) * 4, plan.RowBytes);
        Assert.Equal(plan.KeyValueBytes + plan.RowBytes + plan.ScratchBytes, plan.Bytes);
    }
}
