using System.Text.Json;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

public sealed class JsonComparerTests
{
    [Theory]
    [InlineData("""{"x": 1.0}""", 0.5, true)]
    [InlineData("""{"x": 1.0}""", 0.1, false)]
    [InlineData("""{"x": 1.4}""", 0, true)]
    [InlineData("""{"x": 1.4, "y": 2}""", 0, false)]
    [InlineData("""{"x": "1.4"}""", 1, false)]
    [InlineData("""{"x_any_of": [7, 1.4]}""", 0, true)]
    [InlineData("""{"x_any_of": [7, 8]}""", 0.1, false)]
    [InlineData("""{"low": "-inf", "none": "nan"}""", 0, true)]
    [InlineData("""{"low": -1e308}""", 1e300, false)]
    [InlineData("""{"low": "inf"}""", 1e300, false)]
    [InlineData("""{"x": "nan"}""", 1e300, false)]
    [InlineData("""{"missing": null, "empty": null}""", 0, true)]
    [InlineData("""{"x": null}""", 10, false)]
    [InlineData("""{"list": [1, 2, [3]], "flag": true}""", 0, true)]
    [InlineData("""{"list": [1, 2]}""", 0, false)]
    [InlineData("""{"list": [1, 2, [3.1]]}""", 0.05, false)]
    [InlineData("""{"flag": 1}""", 1, false)]
    [InlineData("""{"inner": {"text": "a"}}""", 0, true)]
    [InlineData("""{"inner": {"text": "b"}}""", 9, false)]
    public void The_comparer_agrees_only_within_tolerance(string expected, double tolerance, bool agree)
    {
        var actual = new
        {
            x = 1.4,
            low = double.NegativeInfinity,
            none = double.NaN,
            empty = (string?)null,
            list = new object[] { 1, 2, new[] { 3 } },
            flag = true,
            inner = new { text = "a" },
        };
        IReadOnlyList<string> differences = JsonComparer.Differences(JsonSerializer.Deserialize<JsonElement>(expected), actual, tolerance);
        Assert.Equal(agree, differences.Count == 0);
    }

    [Fact]
    public async Task A_row_off_its_tolerance_fails_its_method()
    {
        ConformanceRow row = Row("""{"value": 2}""", tolerance: 1e-3);
        var document = new ConformanceDocument("some", "some", [], 1, [row]);
        Assert.Null(await ConformanceRunner.RunAsync(document, "twice", r => new { value = 2.0009 * r.Input.Number("x") }, []));
        string? report = await ConformanceRunner.RunAsync(document, "twice", r => new { value = 2.0011 * r.Input.Number("x") }, []);
        Assert.Contains("row-1", report, StringComparison.Ordinal);
        Assert.Contains(".value: expected 2, actual 2.0011", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_expects_an_error_wants_a_refusal_and_no_other_exception()
    {
        ConformanceRow row = Row("""{"error": "no data"}""", 0);
        Assert.Empty(await ConformanceRunner.DifferencesAsync(row, _ => throw new ArgumentOutOfRangeException()));
        Assert.Empty(await ConformanceRunner.DifferencesAsync(row, _ => throw new WinnowException("broken")));
        Assert.Empty(await ConformanceRunner.DifferencesAsync(row, _ => new { error = "undefined" }));
        Assert.NotEmpty(await ConformanceRunner.DifferencesAsync(row, _ => throw new DivideByZeroException()));
        Assert.NotEmpty(await ConformanceRunner.DifferencesAsync(row, _ => new { value = 0 }));
    }

    [Fact]
    public async Task A_disputed_row_that_agrees_is_reported()
    {
        var document = new ConformanceDocument("some", "some", [], 1, [Row("""{"value": 1}""", 0)]);
        DisputedRow[] disputed = [new("some", "row-1", "said to be 2")];
        Assert.NotNull(await ConformanceRunner.RunAsync(document, "twice", _ => new { value = 1 }, disputed));
        Assert.Null(await ConformanceRunner.RunAsync(document, "twice", _ => new { value = 2 }, disputed));
    }

    private static ConformanceRow Row(string expected, double tolerance) => new(
        "twice", "row-1", default, JsonSerializer.Deserialize<JsonElement>("""{"x": 1}"""),
        JsonSerializer.Deserialize<JsonElement>(expected), tolerance, ".");
}
