using CsCheck;
using Winnow.Budgets;

namespace Winnow.Tests.Budgets;

public sealed class LedgerTests
{
    [Fact]
    public void Reserved_and_used_together_never_exceed_a_cap_whatever_runs_at_once()
    {
        Budget budget = new() { MaxTokens = 1000, MaxCalls = 150, MaxSeconds = 80, MaxCost = 9 };
        Ledger ledger = new(budget);
        int granted = 0;
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            Usage atMost = new() { TokensGenerated = i % 13, ScorerTokens = i % 5, Calls = 1, Seconds = i % 3 * 0.4, Cost = i % 7 * 0.02m };
            if (ledger.TryReserve(atMost, out Lease lease))
            {
                Assert.True(budget.Covers(ledger.Used));
                lease.Settle(atMost with { TokensGenerated = atMost.TokensGenerated / 2 });
                Interlocked.Increment(ref granted);
            }
            lease.Dispose();
        });
        Assert.True(budget.Covers(ledger.Used));
        Assert.Equal(granted, ledger.Used.Calls);
        Assert.Equal(budget.Less(ledger.Used), ledger.Remaining);
    }

    [Fact]
    public void A_reservation_is_granted_exactly_if_every_column_has_room() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 100], Gen.Int[0, 100], Gen.Int[0, 20], Gen.Int[0, 20]).Sample((cap, first, second, calls, callCap) =>
        {
            Ledger ledger = new(new Budget { MaxTokens = cap, MaxCalls = callCap });
            bool one = ledger.TryReserve(new Usage { TokensGenerated = first, Calls = calls }, out _);
            bool two = ledger.TryReserve(new Usage { ScorerTokens = second }, out _);
            Assert.Equal(first <= cap && calls <= callCap, one);
            Assert.Equal((one ? first : 0) + second <= cap, two);
        });

    [Fact]
    public void What_is_not_used_of_a_reservation_can_be_reserved_again()
    {
        Ledger ledger = new(new Budget { MaxTokens = 10 });
        Assert.True(ledger.TryReserve(new Usage { TokensGenerated = 10 }, out Lease first));
        Assert.False(ledger.TryReserve(new Usage { TokensGenerated = 1 }, out _));
        first.Settle(new Usage { TokensGenerated = 4 });
        Assert.Equal(6, ledger.Remaining.MaxTokens);
        Assert.True(ledger.TryReserve(new Usage { TokensGenerated = 6 }, out Lease second));
        second.Dispose();
        Assert.Equal(6, ledger.Remaining.MaxTokens);
    }

    [Fact]
    public void Using_more_than_was_reserved_or_settling_twice_is_a_mistake()
    {
        Ledger ledger = new(new Budget { MaxTokens = 10 });
        ledger.TryReserve(new Usage { TokensGenerated = 5 }, out Lease lease);
        Assert.Throws<InvalidOperationException>(() => lease.Settle(new Usage { TokensGenerated = 6 }));
        lease.Settle(new Usage { TokensGenerated = 5, Seconds = 3 });
        Assert.Throws<InvalidOperationException>(() => lease.Settle(new Usage { TokensGenerated = 1 }));
        Assert.False(ledger.TryReserve(new Usage { TokensGenerated = 6 }, out Lease refused));
        Assert.Throws<InvalidOperationException>(() => refused.Settle(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.TryReserve(new Usage { TokensGenerated = -1 }, out _));
        Assert.Equal(new Usage { TokensGenerated = 5, Seconds = 3 }, ledger.Used);
    }
}
