using Microsoft.Extensions.Time.Testing;
using Winnow.Evaluation;
using Winnow.Rendering;

namespace Winnow.Tests.Rendering;

public sealed class ProgressLineTests
{
    private static ComparisonProgress At(int done, int total = 100) => new()
    {
        Done = done, Total = total, Strategy = "majority", Budget = 256, Answered = done, Correct = done / 2, Tokens = done * 100L,
    };

    [Fact]
    public void A_live_line_is_rewritten_in_place_and_never_wraps()
    {
        FakeTimeProvider time = new();
        using StringWriter writer = new();
        using (ProgressLine line = new(writer, ProgressMode.Live, time, 60))
        {
            for (int i = 1; i <= 100; i++)
            {
                time.Advance(TimeSpan.FromMilliseconds(200));
                line.Report(At(i));
            }
        }

        string[] shown = writer.ToString().TrimEnd('\r', '\n').Split("\r\u001b[K");
        Assert.Equal(100, shown.Length);
        Assert.All(shown, s => Assert.True(s.Length < 60 && !s.Contains('\n'), s));
        Assert.EndsWith("\n", writer.ToString());
    }

    [Fact]
    public void Accuracy_interval_rate_and_time_left_are_shown()
    {
        FakeTimeProvider time = new();
        using StringWriter writer = new();
        using ProgressLine line = new(writer, ProgressMode.Plain, time);
        time.Advance(TimeSpan.FromSeconds(10));
        line.Report(At(50));
        Assert.Equal("50/100 (50 %)  majority 50.0 ± 13.4 %  5k tok  500 tok/s  10 s left", writer.ToString().TrimEnd());
    }

    [Fact]
    public void What_was_finished_before_counts_as_done_but_not_into_the_rate()
    {
        FakeTimeProvider time = new();
        using StringWriter writer = new();
        using ProgressLine line = new(writer, ProgressMode.Plain, time);
        time.Advance(TimeSpan.FromSeconds(10));
        line.Report(At(50) with { MaxTokens = 20_000, Kept = 40, KeptTokens = 4000, Cost = 0.25m });
        Assert.Equal("50/100 (50 %)  majority 50.0 ± 13.4 %  5k/20k tok  0.2500 money  100 tok/s  50 s left", writer.ToString().TrimEnd());
    }

    [Fact]
    public void Plain_lines_are_rare_and_hold_no_control_codes()
    {
        FakeTimeProvider time = new();
        using StringWriter writer = new();
        using (ProgressLine line = new(writer, ProgressMode.Plain, time))
        {
            for (int i = 1; i <= 100; i++)
            {
                time.Advance(TimeSpan.FromMilliseconds(200));
                line.Report(At(i));
            }
        }

        string text = writer.ToString();
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\r', text.Replace("\r\n", "\n"));
        Assert.Equal(4, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("100/100", text);
    }

    [Fact]
    public void The_last_report_is_shown_even_when_it_came_too_soon()
    {
        using StringWriter writer = new();
        using (ProgressLine line = new(writer, ProgressMode.Plain, new FakeTimeProvider()))
        {
            line.Report(At(7));
            Assert.Equal("", writer.ToString());
        }

        Assert.StartsWith("7/100", writer.ToString());
    }

    [Fact]
    public void A_report_that_arrives_late_does_not_turn_the_count_back()
    {
        FakeTimeProvider time = new();
        using StringWriter writer = new();
        using ProgressLine line = new(writer, ProgressMode.Plain, time);
        time.Advance(TimeSpan.FromSeconds(6));
        line.Report(At(50));
        time.Advance(TimeSpan.FromSeconds(6));
        line.Report(At(49));
        Assert.DoesNotContain("49/100", writer.ToString());
    }

    [Fact]
    public void Quiet_says_nothing()
    {
        using StringWriter writer = new();
        using (ProgressLine line = new(writer, ProgressMode.Quiet, new FakeTimeProvider()))
        {
            line.Report(At(100));
            line.Note("note");
        }

        Assert.Equal("", writer.ToString());
    }

    [Theory]
    [InlineData(false, false, null, "xterm", ProgressMode.Live)]
    [InlineData(false, true, null, "xterm", ProgressMode.Plain)]
    [InlineData(false, false, "1", "xterm", ProgressMode.Plain)]
    [InlineData(false, false, null, "dumb", ProgressMode.Plain)]
    [InlineData(true, false, null, "xterm", ProgressMode.Quiet)]
    public void The_mode_follows_terminal_and_environment(bool quiet, bool redirected, string? noColor, string term, ProgressMode expected) =>
        Assert.Equal(expected, ProgressModes.Choose(quiet, redirected, name => name switch { "NO_COLOR" => noColor, "TERM" => term, _ => null }));
}
