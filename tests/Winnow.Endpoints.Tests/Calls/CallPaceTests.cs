using Winnow.Endpoints.Calls;
using Winnow.Numerics;

namespace Winnow.Endpoints.Tests.Calls;

public sealed class CallPaceTests
{
    [Theory]
    [InlineData(100, 0.2, 10)]
    [InlineData(100, 0.2, 100)]
    [InlineData(400, 0.03, 20)]
    public void A_limited_rate_is_used_to_95_percent_without_a_storm_of_refusals(double limit, double latency, int burst)
    {
        (double answered, double refused) = Simulate(limit, latency, burst, from: 8, to: 40);
        Assert.InRange(answered, 0.95 * limit, 1.01 * limit);
        Assert.InRange(refused, 0, 0.03 * limit);
    }

    [Fact]
    public void Without_refusals_the_window_opens_to_its_bound_and_nothing_waits()
    {
        CallPace pace = new(32);
        double now = 0;
        int most = 0;
        for (int round = 0; round < 10; round++, now += 0.1)
        {
            int entered = 0;
            while (pace.TryEnter(now) is { } wait)
            {
                Assert.Equal(0, wait);
                entered++;
            }
            most = Math.Max(most, entered);
            for (int i = 0; i < entered; i++)
            {
                pace.Succeeded(now + 0.05);
            }
        }
        Assert.Equal(32, most);
    }

    [Fact]
    public void Scattered_refusals_that_are_no_limit_do_not_starve_the_run()
    {
        CallPace pace = new(32);
        PriorityQueue<bool, double> ends = new();
        HashedUniforms uniforms = new(3);
        int done = 0;
        int sent = 0;
        int late = 0;
        double now = 0;
        while (now < 60)
        {
            while (pace.TryEnter(now) is { } wait)
            {
                ends.Enqueue(uniforms.Next("refused", 0, sent++, 0) < 0.05, now + wait + 0.01);
            }
            Assert.True(ends.TryDequeue(out bool refused, out now));
            if (refused)
            {
                pace.Refused(now);
            }
            else
            {
                pace.Succeeded(now);
                done++;
                late += now > 50 ? 1 : 0;
            }
        }
        Assert.True(done / 60.0 > 500, $"{done / 60.0} a second");
        Assert.True(late / 10.0 > 500, $"{late / 10.0} a second at the end");
    }

    [Fact]
    public void A_limit_that_is_lifted_is_noticed_within_seconds()
    {
        double lifted = Simulate(limit: 50, latency: 0.05, burst: 5, from: 20, to: 30, liftAt: 10).Answered;
        Assert.True(lifted > 300, $"{lifted} a second");
    }

    /// <summary>Answers and refusals a second of a server that lets <paramref name="limit"/> requests a second in, with as many wanted as are let out.</summary>
    private static (double Answered, double Refused) Simulate(double limit, double latency, int burst, double from, double to, double liftAt = double.PositiveInfinity)
    {
        CallPace pace = new(32);
        PriorityQueue<string, double> events = new();
        double now = 0;
        double next = 0;
        int answered = 0;
        int refused = 0;
        while (now < to)
        {
            while (pace.TryEnter(now) is { } wait)
            {
                events.Enqueue("arrive", now + wait);
            }
            Assert.True(events.TryDequeue(out string? what, out now));
            bool counts = now >= from && now < to;
            switch (what)
            {
                case "arrive" when now < liftAt && next - now > (burst - 1) / limit:
                    events.Enqueue("refuse", now + 0.005);
                    break;
                case "arrive":
                    next = Math.Max(next, now) + 1 / limit;
                    events.Enqueue("answer", now + latency);
                    break;
                case "refuse":
                    pace.Refused(now);
                    refused += counts ? 1 : 0;
                    break;
                default:
                    pace.Succeeded(now);
                    answered += counts ? 1 : 0;
                    break;
            }
        }
        return (answered / (to - from), refused / (to - from));
    }
}
