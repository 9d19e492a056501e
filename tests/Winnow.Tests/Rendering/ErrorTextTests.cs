using Winnow.Rendering;

namespace Winnow.Tests.Rendering;

public sealed class ErrorTextTests
{
    [Fact]
    public void The_runtime_additions_to_an_argument_error_are_left_out() =>
        Assert.Equal("MinP is 1.4; it must lie in (0, 1].", ErrorText.Of(new ArgumentException("MinP is 1.4; it must lie in (0, 1].", "MinP")));

    [Fact]
    public void The_value_of_an_argument_out_of_range_stays() =>
        Assert.Equal("A cap must be 0 or more. It is -3.", ErrorText.Of(new ArgumentOutOfRangeException("MaxTokens", -3, "A cap must be 0 or more.")));

    [Fact]
    public void A_wrapper_is_looked_through() =>
        Assert.Equal("The file ends early.", ErrorText.Of(new AggregateException(new WinnowException("The file ends early."))));

    [Fact]
    public void Exit_codes_follow_whose_fault_it_is()
    {
        Assert.Equal(ExitCodes.WrongRequest, ErrorText.ExitCodeOf(new ArgumentOutOfRangeException("budget")));
        Assert.Equal(ExitCodes.Failed, ErrorText.ExitCodeOf(new WinnowException("The endpoint does not answer.")));
        Assert.Equal(ExitCodes.Stopped, ErrorText.ExitCodeOf(new AggregateException(new OperationCanceledException())));
    }

    [Theory]
    [InlineData("arithmetc", "arithmetic")]
    [InlineData("DYCK", "dyck")]
    [InlineData("quantum", null)]
    public void The_nearest_known_name_is_offered(string typed, string? expected) =>
        Assert.Equal(expected, ErrorText.Nearest(typed, ["arithmetic", "dyck"]));

    [Fact]
    public void An_unknown_name_comes_with_a_next_step() =>
        Assert.Equal("There is no task \"dick\". Did you mean \"dyck\"? `winnow tasks` lists them.", ErrorText.UnknownName("task", "dick", ["arithmetic", "dyck"], "winnow tasks"));
}
