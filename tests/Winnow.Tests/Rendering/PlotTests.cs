using System.Text;
using System.Xml.Linq;
using CsCheck;
using SkiaSharp;
using Winnow.Evaluation;
using Winnow.Rendering.Plots;

namespace Winnow.Tests.Rendering;

public sealed class PlotTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";
    private static readonly ComparisonResult s_result = SampleComparison.Make();

    [Fact]
    public void The_png_is_a_png_of_the_asked_size_that_shows_every_series_colour()
    {
        Scene scene = AccuracyPlot.Of(s_result).ToScene();
        byte[] bytes = PngWriter.Write(scene, scale: 2);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], bytes[..8]);
        using SKBitmap bitmap = SKBitmap.Decode(bytes);
        Assert.Equal(((int)scene.Width * 2, (int)scene.Height * 2), (bitmap.Width, bitmap.Height));
        HashSet<SKColor> colours = [.. bitmap.Pixels];
        foreach (Hue hue in scene.Marks.OfType<AreaMark>().Where(m => m.Opacity >= 1).Select(m => m.Hue))
        {
            Assert.Contains(Palette.Pixel(hue), colours);
        }
    }

    [Fact]
    public void Text_is_painted_with_the_font_that_comes_along()
    {
        Scene empty = new(200, 60, "empty", "", []);
        Scene words = empty with { Marks = [new TextMark(Hue.Ink, new(10, 40), "Wörter − 95 %", 24, Bold: true)] };
        using SKBitmap bitmap = SKBitmap.Decode(PngWriter.Write(words, 1));
        int dark = bitmap.Pixels.Count(p => p.Red < 100);
        Assert.InRange(dark, 400, 4000);
        using SKBitmap blank = SKBitmap.Decode(PngWriter.Write(empty, 1));
        Assert.All(blank.Pixels, p => Assert.Equal(SKColors.White, p));
    }

    [Fact]
    public void The_svg_is_xml_that_names_every_strategy_and_needs_nothing_from_elsewhere()
    {
        string text = SvgWriter.File(AccuracyPlot.Of(s_result).ToScene());
        XDocument document = XDocument.Parse(text);
        string[] words = [.. document.Descendants(s_svg + "text").Select(e => e.Value)];
        foreach (string strategy in SampleComparison.Strategies.Where(s => s != "oracle"))
        {
            Assert.Contains(words, w => w.StartsWith(strategy, StringComparison.Ordinal));
        }
        Assert.Contains(words, w => w.StartsWith("coverage", StringComparison.Ordinal));
        Assert.Contains(words, w => w.StartsWith("chance", StringComparison.Ordinal));
        Assert.DoesNotContain(document.Descendants().Attributes(), a => a.Name.LocalName is "href" or "src");
        Assert.DoesNotContain("http", text.Replace(s_svg.NamespaceName, "", StringComparison.Ordinal));
    }

    [Fact]
    public void Equal_comparisons_give_equal_bytes()
    {
        LinePlot again = AccuracyPlot.Of(SampleComparison.Make());
        Assert.Equal(SvgWriter.File(AccuracyPlot.Of(s_result).ToScene()), SvgWriter.File(again.ToScene()));
        Assert.Equal(PngWriter.Write(AccuracyPlot.Of(s_result).ToScene(), 1), PngWriter.Write(again.ToScene(), 1));
    }

    [Fact]
    public void Coverage_is_drawn_above_every_method_that_draws_whole_answers()
    {
        LinePlot plot = AccuracyPlot.Of(s_result);
        PlotSeries coverage = plot.Series.Single(s => s.Name == "coverage");
        PlotSeries majority = plot.Series.Single(s => s.Name == "majority");
        Assert.All(coverage.Points.Zip(majority.Points), p => Assert.True(p.First.Y >= p.Second.Y));
    }

    [Fact]
    public void A_single_budget_can_be_drawn()
    {
        ComparisonResult one = s_result with { Rows = [.. s_result.Rows.Where(r => r.Budget == 512)] };
        LinePlot plot = AccuracyPlot.Of(one);
        Assert.Contains(plot.Levels, l => l.Name == "coverage");
        XDocument.Parse(SvgWriter.File(plot.ToScene()));
    }

    [Fact]
    public void Greedy_alone_can_be_drawn()
    {
        ComparisonResult greedy = s_result with { Rows = [.. s_result.Rows.Where(r => r.Strategy == "greedy")] };
        XDocument.Parse(SvgWriter.File(AccuracyPlot.Of(greedy).ToScene()));
    }

    [Fact]
    public void Everything_stays_within_the_picture()
    {
        foreach (Scene scene in (Scene[])[AccuracyPlot.Of(s_result).ToScene(), AccuracyPlot.Of(s_result).ToNarrowScene()])
        {
            IEnumerable<Spot> spots = scene.Marks.SelectMany(m => m switch { PathMark p => p.Spots, AreaMark a => a.Outline, TextMark t => [t.At], _ => [] });
            Assert.All(spots, s => Assert.True(s.X >= 0 && s.X <= scene.Width && s.Y >= 0 && s.Y <= scene.Height, $"{s}"));
        }
    }

    [Fact]
    public void Labels_do_not_touch_each_other()
    {
        TextMark[] labels = [.. AccuracyPlot.Of(s_result).ToScene().Marks.OfType<TextMark>().Where(m => m is { Bold: true, Anchor: Anchor.Start } && m.At.X > 500).OrderBy(m => m.At.Y)];
        Assert.Equal(9, labels.Length);
        Assert.All(labels.Zip(labels.Skip(1)), p => Assert.True(p.Second.At.Y - p.First.At.Y > 14));
    }

    [Fact]
    public void Spreading_keeps_order_and_distance_where_there_is_room() =>
        Gen.Double[60, 440].Array[1, 12].Sample(wanted =>
        {
            double[] sorted = [.. wanted.Order()];
            double[] places = PlotLayout.Spread(sorted, 16, 0, 500);
            return places.Zip(places.Skip(1)).All(p => p.Second - p.First > 15) && places.All(p => p is >= 0 and <= 500);
        }, iter: 1000);

    [Fact]
    public void Ticks_lie_within_the_axis_and_are_few() =>
        Gen.Select(Gen.Double[0.001, 1e6], Gen.Double[1.01, 1e6], Gen.Bool).Sample((low, factor, log) =>
        {
            Axis axis = new(log ? AxisScale.Log : AxisScale.Linear, low, low * factor, 0, 100);
            IReadOnlyList<double> ticks = axis.Ticks(9);
            return ticks.Count <= 10 && ticks.All(t => axis.At(t) is >= -0.01 and <= 100.01) && ticks.SequenceEqual(ticks.Order());
        }, iter: 2000);

    [Fact]
    public void Curves_over_samples_are_marked_where_they_were_measured()
    {
        LinePlot plot = SamplesPlot.Of("Coverage", "test", [new("coverage", [new(1, 0.4, 0.35, 0.45), new(4, 0.7), new(16, 0.9)]), new("greedy", [new(1, 0.42)])], 0.05);
        Assert.Equal([1, 4, 16], plot.XTicks!);
        Assert.Equal(["greedy", "chance"], [.. plot.Levels.Select(l => l.Name)]);
        Assert.Contains(">16<", SvgWriter.File(plot.ToScene()));
    }

    [Fact]
    public void A_long_training_curve_is_thinned_to_its_means()
    {
        PlotPoint[] points = [.. Enumerable.Range(1, 10_000).Select(i => new PlotPoint(i, i % 2 == 0 ? 1 : 3))];
        PlotSeries series = TrainingPlot.Of("Loss", "test", [new("training loss", points)]).Series[0];
        Assert.InRange(series.Points.Count, 100, 400);
        Assert.Equal(2, series.Points.Average(p => p.Y), 0.1);
    }

    [Fact]
    public void A_logarithmic_axis_refuses_zero()
    {
        LinePlot plot = SamplesPlot.Of("Coverage", "test", [new("coverage", [new(0, 0.4), new(4, 0.7)])]);
        ArgumentException error = Assert.Throws<ArgumentException>(() => plot.ToScene());
        Assert.Contains("positive", error.Message);
    }

    [Fact]
    public void The_same_strategy_has_the_same_colour_whoever_stands_beside_it()
    {
        ComparisonResult fewer = s_result with { Rows = [.. s_result.Rows.Where(r => r.Strategy is "beam" or "greedy")] };
        Assert.Equal(AccuracyPlot.Of(s_result).Series.Single(s => s.Name == "beam").Hue, AccuracyPlot.Of(fewer).Series.Single(s => s.Name == "beam").Hue);
    }

    [Fact]
    public void No_two_strategies_that_can_be_made_look_alike()
    {
        string[] drawn = [.. Winnow.Search.Strategies.Ids.Where(id => id is not ("greedy" or "oracle"))];
        Assert.Equal(drawn.Length, drawn.Select((id, i) => StrategyStyle.Of(id, i).Hue).Distinct().Count());
    }

    [Fact]
    public void Text_in_an_svg_cannot_become_markup()
    {
        Scene scene = new(100, 100, "<b>\"", "a&b", [new TextMark(Hue.Ink, new(1, 1), "<script>\u0001\u202e", 10)]);
        XElement root = XDocument.Parse(SvgWriter.File(scene)).Root!;
        Assert.Equal("<script>\uFFFD\uFFFD", root.Descendants(s_svg + "text").Single().Value);
        Assert.Equal("<b>\"", root.Attribute("aria-label")!.Value);
        Assert.True(Encoding.UTF8.GetByteCount(root.ToString()) > 0);
    }
}
