using CsCheck;
using Winnow.Models;
using Xunit;

namespace Winnow.Testing.Models;

/// <summary>What every session must keep, whatever model stands behind it.</summary>
public abstract class SessionContract
{
    private static readonly int[] Prompt = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4];

    /// <summary>A model of at least 30 tokens and a context of at least 64; the same weights each time.</summary>
    protected abstract ILanguageModel CreateModel();

    [Fact]
    public void A_row_is_bitwise_the_same_read_at_once_and_one_by_one()
    {
        using ILanguageModel model = CreateModel();
        using ISession whole = model.Open(new SessionOptions());
        using ISession parts = model.Open(new SessionOptions());
        int row = whole.Add(Prompt);
        int other = parts.Add(Prompt[..1]);
        for (int t = 1; t < Prompt.Length; t++)
        {
            parts.Forward(new TokenBatch([other], [1], [Prompt[t]]), Read.LastLogits | Read.LastHidden);
        }
        Assert.Equal(whole.Logits(row, Prompt.Length - 1).ToArray(), parts.Logits(other, Prompt.Length - 1).ToArray());
        Assert.Equal(whole.Hidden(row, Prompt.Length - 1).ToArray(), parts.Hidden(other, Prompt.Length - 1).ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_row_is_bitwise_the_same_in_any_company_and_on_any_number_of_threads(int threads)
    {
        using ILanguageModel model = CreateModel();
        using ISession alone = model.Open(new SessionOptions { Threads = 1 });
        using ISession together = model.Open(new SessionOptions { Threads = threads });
        float[] expected = [.. alone.Logits(alone.Add(Prompt), Prompt.Length - 1)];
        int first = together.Add([7, 7, 7]);
        int row = together.Add(Prompt[..5]);
        for (int i = 0; i < 20; i++)
        {
            together.Add([i, i + 1, 2]);
        }
        int[] rows = [.. Enumerable.Range(2, 20), row, first];
        int[] counts = [.. Enumerable.Repeat(2, 20), Prompt.Length - 5, 1];
        int[] tokens = [.. Enumerable.Range(0, 40).Select(i => i % 30), .. Prompt[5..], 1];
        together.Forward(new TokenBatch(rows, counts, tokens), Read.LastLogits);
        Assert.Equal(expected, together.Logits(row, Prompt.Length - 1).ToArray());
    }

    [Fact]
    public void What_rows_share_is_held_once()
    {
        using ILanguageModel model = CreateModel();
        using ISession session = model.Open(new SessionOptions());
        session.Add(Prompt);
        long forwarded = session.ForwardTokens;
        session.Reorder(new int[32]);
        Assert.Equal(32, session.RowCount);
        Assert.Equal(Prompt.Length, session.CachedTokens);
        Assert.Equal(forwarded, session.ForwardTokens);
        Step(session, row => row % 30);
        Step(session, row => (row + 3) % 30);
        Assert.Equal(Prompt.Length + 64, session.CachedTokens);
        Assert.Equal(forwarded + 64, session.ForwardTokens);
        session.Reorder([5, 5]);
        Assert.Equal(Prompt.Length + 2, session.CachedTokens);
        session.Reorder([]);
        Assert.Equal(0, session.CachedTokens);
        Assert.Equal(0, session.RowCount);
    }

    [Fact]
    public void Copies_carry_what_can_be_read_and_then_part()
    {
        using ILanguageModel model = CreateModel();
        using ISession session = model.Open(new SessionOptions());
        float[] expected = [.. session.Logits(session.Add(Prompt), Prompt.Length - 1)];
        session.Reorder([0, 0]);
        Assert.Equal(expected, session.Logits(1, Prompt.Length - 1).ToArray());
        Step(session, row => row + 1);
        Assert.NotEqual(session.Logits(0, Prompt.Length).ToArray(), session.Logits(1, Prompt.Length).ToArray());
    }

    [Fact]
    public void A_prefix_that_is_held_is_not_computed_again()
    {
        using ILanguageModel model = CreateModel();
        using ISession session = model.Open(new SessionOptions());
        session.Add(Prompt);
        long before = session.ForwardTokens;
        session.Add([.. Prompt[..12], 0, 1]);
        Assert.Equal(before + 2, session.ForwardTokens);
        Assert.Equal(Prompt.Length + 2, session.CachedTokens);
        int again = session.Add(Prompt);
        Assert.Equal(before + 3, session.ForwardTokens);
        Assert.Equal(Prompt.Length + 2, session.CachedTokens);
        Assert.Equal(session.Logits(0, Prompt.Length - 1).ToArray(), session.Logits(again, Prompt.Length - 1).ToArray());
    }

    [Fact]
    public void A_branch_outlives_its_row_and_goes_when_it_is_released()
    {
        using ILanguageModel model = CreateModel();
        using ISession session = model.Open(new SessionOptions());
        float[] expected = [.. session.Logits(session.Add(Prompt), Prompt.Length - 1)];
        Branch branch = session.Keep(0, 10);
        session.Reorder([]);
        Assert.Equal(10, session.CachedTokens);
        int row = session.Restore(branch);
        Assert.Equal(10, session.Length(row));
        session.Forward(new TokenBatch([row], [Prompt.Length - 10], Prompt[10..]), Read.LastLogits);
        Assert.Equal(expected, session.Logits(row, Prompt.Length - 1).ToArray());
        session.Reorder([]);
        session.Release(branch);
        Assert.Equal(0, session.CachedTokens);
        Assert.Throws<ArgumentException>(() => session.Restore(branch));
        Assert.Throws<ArgumentException>(() => session.Release(branch));
    }

    [Fact]
    public void Log_probabilities_are_those_of_the_logits_also_for_the_first_token_after_a_gap()
    {
        using ILanguageModel model = CreateModel();
        using ISession all = model.Open(new SessionOptions());
        all.Add(Prompt[..1]);
        all.Forward(new TokenBatch([0], [Prompt.Length - 1], Prompt[1..]), Read.AllLogits | Read.LogProbs);
        double[] logProbs = [.. all.LogProbs(0).ToArray().Select(p => (double)p)];
        Assert.Equal(Prompt.Length - 1, logProbs.Length);
        for (int t = 2; t < Prompt.Length; t++)
        {
            Assert.Equal(LogProb(all.Logits(0, t - 1), Prompt[t]), logProbs[t - 1], 1e-5);
        }

        using ISession gap = model.Open(new SessionOptions());
        gap.Add([.. Prompt[..9], 0, 0, 0]);
        gap.Truncate(0, 9);
        gap.Forward(new TokenBatch([0], [3], Prompt[9..12]), Read.LogProbs);
        Assert.Equal(logProbs[8..11], gap.LogProbs(0).ToArray().Select(p => (double)p));
        int restored = gap.Restore(gap.Keep(0, 12));
        gap.Forward(new TokenBatch([restored], [2], Prompt[12..14]), Read.LogProbs);
        Assert.Equal(logProbs[11..13], gap.LogProbs(restored).ToArray().Select(p => (double)p));
    }

    [Fact]
    public void Limits_are_kept_and_said_before_anything_changes()
    {
        using ILanguageModel model = CreateModel();
        using ISession session = model.Open(new SessionOptions { MaxRows = 3, MaxCachedTokens = 25 });
        session.Add(Prompt);
        Assert.Contains("3", Refused(() => session.Reorder([0, 0, 0, 0])), StringComparison.Ordinal);
        session.Reorder([0, 0, 0]);
        Assert.Contains("3", Refused(() => session.Add([1])), StringComparison.Ordinal);
        session.Reorder([0, 0]);
        string room = Refused(() => session.Forward(new TokenBatch([0, 1], [3, 3], [1, 2, 3, 4, 5, 6]), Read.None));
        Assert.Contains("25", room, StringComparison.Ordinal);
        Assert.Contains("6", room, StringComparison.Ordinal);
        Assert.Contains("25", Refused(() => session.Add([9, 9, 9, 9, 9, 9])), StringComparison.Ordinal);
        Assert.Equal((2, Prompt.Length, Prompt.Length), (session.RowCount, session.CachedTokens, session.Length(0)));

        int context = model.Info.ContextLength;
        using ISession wide = model.Open(new SessionOptions());
        int row = wide.Add([.. Enumerable.Repeat(1, context)]);
        Assert.Contains($"{context}", Refused(() => wide.Forward(new TokenBatch([row], [1], [1]), Read.None)), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => wide.Add([.. Enumerable.Repeat(1, context + 1)]));
    }

    [Fact]
    public void Wrong_calls_are_refused_by_what_is_wrong()
    {
        using ILanguageModel model = CreateModel();
        using ISession session = model.Open(new SessionOptions());
        Assert.Throws<ArgumentException>(() => session.Add([]));
        Assert.Throws<ArgumentException>(() => session.Add([model.Info.VocabularySize]));
        Assert.Throws<ArgumentException>(() => session.Add([-1]));
        session.Add(Prompt);
        session.Reorder([0, 0]);
        Assert.Throws<ArgumentException>(() => session.Forward(new TokenBatch([0, 0], [1, 1], [1, 1]), Read.None));
        Assert.Throws<ArgumentException>(() => session.Forward(new TokenBatch([0], [0], []), Read.None));
        Assert.Throws<ArgumentException>(() => session.Forward(new TokenBatch([0], [2], [1]), Read.None));
        Assert.Throws<ArgumentException>(() => session.Forward(new TokenBatch([0, 1], [1], [1]), Read.None));
        Assert.Throws<ArgumentException>(() => session.Forward(new TokenBatch([0], [1], [9_999_999]), Read.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Forward(new TokenBatch([2], [1], [1]), Read.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Length(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Truncate(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Truncate(0, Prompt.Length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Keep(0, Prompt.Length + 1));
        session.Forward(new TokenBatch([0], [1], [1]), Read.None);
        Assert.Throws<InvalidOperationException>(() => session.Logits(0, Prompt.Length));
        Assert.Throws<InvalidOperationException>(() => session.Hidden(0, Prompt.Length));
        Assert.Throws<InvalidOperationException>(() => session.LogProbs(0));
        session.Forward(new TokenBatch([0], [2], [1, 2]), Read.LastLogits);
        Assert.Throws<InvalidOperationException>(() => session.Logits(0, Prompt.Length + 1));
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Add([1]));
        Assert.Throws<ObjectDisposedException>(() => session.Length(0));
    }

    [Fact]
    public void Decoding_does_not_allocate_once_it_is_warm()
    {
        using ILanguageModel model = CreateModel();
        using ISession session = model.Open(new SessionOptions { Threads = 2 });
        int[] rows = [.. Enumerable.Range(0, 24)];
        int[] counts = [.. Enumerable.Repeat(1, 24)];
        int[] tokens = [.. rows.Select(r => r % 30)];
        int[] parents = [.. rows.Select(r => (r + 5) % 24)];
        Decode();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Decode();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Decode()
        {
            session.Add(Prompt);
            session.Reorder(rows.AsSpan(0, 1));
            session.Reorder(stackalloc int[24]);
            for (int step = 0; step < 30; step++)
            {
                session.Forward(new TokenBatch(rows, counts, tokens), Read.LastLogits | Read.LogProbs);
                if (step % 10 == 9)
                {
                    session.Reorder(parents);
                }
            }
            session.Reorder([]);
        }
    }

    [Fact]
    public void Any_order_of_calls_leaves_each_row_as_if_it_stood_alone() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 1000], Gen.Int[0, 1000]).Array[1, 25].Sample(
            calls =>
            {
                using ILanguageModel model = CreateModel();
                using ISession session = model.Open(new SessionOptions { Threads = 2 });
                List<List<int>> rows = [];
                List<(Branch Branch, int[] Tokens)> kept = [];
                foreach ((int kind, int a, int b) in calls)
                {
                    Call(session, rows, kept, kind, a, b);
                }
                CheckRows(model, session, rows, kept);
            },
            iter: 40, threads: 1);

    private static void Call(ISession session, List<List<int>> rows, List<(Branch Branch, int[] Tokens)> kept, int kind, int a, int b)
    {
        switch (rows.Count == 0 ? 0 : kind)
        {
            case 0 when rows.Count < 12:
                int[] prompt = [.. Prompt[..(1 + (a % Prompt.Length))], b % 3];
                session.Add(prompt);
                rows.Add([.. prompt]);
                break;
            case 1:
                int[] some = [.. Enumerable.Range(0, rows.Count).Where(r => ((a >> (r % 8)) & 1) == 1 && rows[r].Count < 40)];
                int[] counts = [.. some.Select(r => 1 + ((b + r) % 4))];
                int[] tokens = [.. counts.SelectMany(c => Enumerable.Range(0, c).Select(i => (b + i) % 3))];
                session.Forward(new TokenBatch(some, counts, tokens), (b & 1) == 0 ? Read.LogProbs : Read.AllLogits);
                for (int i = 0, at = 0; i < some.Length; at += counts[i++])
                {
                    rows[some[i]].AddRange(tokens.AsSpan(at, counts[i]));
                }
                break;
            case 2:
                int[] parents = [.. Enumerable.Range(0, a % 7).Select(i => (b + (i * a)) % rows.Count)];
                session.Reorder(parents);
                List<int>[] copies = [.. parents.Select(p => new List<int>(rows[p]))];
                rows.Clear();
                rows.AddRange(copies);
                break;
            case 3:
                List<int> cut = rows[a % rows.Count];
                int length = 1 + (b % cut.Count);
                session.Truncate(a % rows.Count, length);
                cut.RemoveRange(length, cut.Count - length);
                break;
            case 4:
                int source = a % rows.Count;
                int prefix = 1 + (b % rows[source].Count);
                kept.Add((session.Keep(source, prefix), [.. rows[source][..prefix]]));
                break;
            case 5 when kept.Count > 0 && (a & 1) == 0 && rows.Count < 12:
                session.Restore(kept[b % kept.Count].Branch);
                rows.Add([.. kept[b % kept.Count].Tokens]);
                break;
            case 5 when kept.Count > 0:
                session.Release(kept[b % kept.Count].Branch);
                kept.RemoveAt(b % kept.Count);
                break;
            default:
                break;
        }
    }

    private static void CheckRows(ILanguageModel model, ISession session, List<List<int>> rows, List<(Branch Branch, int[] Tokens)> kept)
    {
        var prefixes = new HashSet<string>(StringComparer.Ordinal);
        int sum = 0;
        foreach (IReadOnlyList<int> tokens in rows.Concat<IReadOnlyList<int>>(kept.Select(k => k.Tokens)))
        {
            sum += tokens.Count;
            for (int n = 1; n <= tokens.Count; n++)
            {
                prefixes.Add(string.Join(',', tokens.Take(n)));
            }
        }
        Assert.InRange(session.CachedTokens, prefixes.Count, sum);
        Assert.Equal(rows.Select(r => r.Count), Enumerable.Range(0, session.RowCount).Select(session.Length));
        if (rows.Count == 0)
        {
            return;
        }
        Step(session, _ => 2);
        using ISession fresh = model.Open(new SessionOptions { Threads = 1 });
        for (int r = 0; r < rows.Count; r++)
        {
            int row = fresh.Add([.. rows[r], 2]);
            Assert.Equal(fresh.Logits(row, rows[r].Count).ToArray(), session.Logits(r, rows[r].Count).ToArray());
            fresh.Reorder([]);
        }
    }

    private static void Step(ISession session, Func<int, int> token)
    {
        int[] rows = [.. Enumerable.Range(0, session.RowCount)];
        session.Forward(new TokenBatch(rows, [.. rows.Select(_ => 1)], [.. rows.Select(token)]), Read.LastLogits);
    }

    private static string Refused(Action call) => Assert.Throws<InvalidOperationException>(call).Message;

    private static double LogProb(ReadOnlySpan<float> logits, int token)
    {
        double[] all = [.. logits.ToArray().Select(l => (double)l)];
        double max = all.Max();
        return all[token] - max - Math.Log(all.Sum(l => Math.Exp(l - max)));
    }
}
