using Winnow.Testing.Conformance;
using Xunit;

namespace Winnow.Torch.Tests.Conformance;

public sealed class TrainingConformanceTests
{
    private static readonly ConformanceRegistry Registry = new(typeof(TrainingConformanceTests).Assembly);

    [Fact]
    public async Task Rows_agree_within_their_tolerance()
    {
        Assert.SkipWhen(ConformanceDocument.All.Count == 0, "no conformance files stand beside this checkout, and WINNOW_CONFORMANCE names none");
        foreach (ConformanceDocument document in ConformanceDocument.All)
        {
            foreach (string method in document.Rows.Select(row => row.Method).Distinct(StringComparer.Ordinal))
            {
                if (Registry.Find(document, method) is not { } handler)
                {
                    continue;
                }
                string? report = await ConformanceRunner.RunAsync(document, method, handler, disputed: []);
                Assert.True(report is null, report);
            }
        }
    }

    [Fact]
    public void Every_method_that_needs_gradients_has_a_handler() =>
        Assert.Equal(TrainingMethods.All.Order(), Registry.Registered.Order());
}
