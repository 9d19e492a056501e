using Winnow.Lab;
using Xunit;

namespace Winnow.Torch.Tests;

public sealed class DoctorTests
{
    [Fact]
    public async Task The_laboratory_says_that_libtorch_loads_and_computes()
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();

        int code = await LabApplication.RunAsync(["doctor"], output, error, TestContext.Current.CancellationToken);

        Assert.Equal(0, code);
        Assert.Contains("computes: 8 is 8", output.ToString(), StringComparison.Ordinal);
    }
}
